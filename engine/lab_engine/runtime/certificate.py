"""The certificate that LocalStack shows to clients that use TLS.

LocalStack makes one with functions that pyOpenSSL removed in 26.2, and does not start without them.
It uses a certificate that exists, so this module writes one before LocalStack looks for it. The key
is on an elliptic curve, made in a tenth of a millisecond; LocalStack's, RSA of 2,048 bits, takes a
tenth of a second (medians, 2 cores).
"""

import datetime
import ipaddress
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID
from localstack.utils.ssl import get_cert_pem_file_path

VALID = datetime.timedelta(days=730)
"""As LocalStack's own certificate; Apple's systems trust none that is valid for over 825 days."""

NAMES = ("localhost", "localhost.localstack.cloud", "*.localhost.localstack.cloud")
ADDRESSES = ("127.0.0.1", "::1")


def write_certificate() -> None:
    """Write key and certificate where LocalStack looks for them, unless the file exists."""
    path = Path(get_cert_pem_file_path())
    if not path.exists():
        path.write_bytes(self_signed())


def self_signed() -> bytes:
    """Return a new key and its certificate for the names of this machine, both as PEM."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "localhost")])
    now = datetime.datetime.now(datetime.UTC)
    names = [x509.DNSName(each) for each in NAMES]
    addresses = [x509.IPAddress(ipaddress.ip_address(each)) for each in ADDRESSES]
    certificate = (
        x509.CertificateBuilder(name, name, key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now)
        .not_valid_after(now + VALID)
        .add_extension(x509.SubjectAlternativeName([*names, *addresses]), critical=False)
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.SERVER_AUTH]), critical=False)
        .sign(key, hashes.SHA256())
    )
    encoding = serialization.Encoding.PEM
    return key.private_bytes(
        encoding, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    ) + certificate.public_bytes(encoding)

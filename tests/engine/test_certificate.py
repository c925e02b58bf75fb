"""The certificate that a client sees which speaks TLS."""

import socket
import ssl
from pathlib import Path

import pytest
import requests

from tests.engine.conftest import LocalStack


@pytest.fixture
def certificate(localstack: LocalStack) -> Path:
    """The one LocalStack serves, as a file to trust."""
    [found] = localstack.folder.rglob("server.test.pem.crt")
    return found


def test_who_trusts_the_certificate_is_answered_over_tls(
    localstack: LocalStack, certificate: Path
) -> None:
    """By name and by address: requests checks both against the certificate."""
    for host in ("localhost", "127.0.0.1"):
        answer = requests.get(
            f"https://{host}:{localstack.port}/_localstack/health",
            verify=str(certificate),
            timeout=60,
        )
        assert answer.json()["version"] == "4.14.0"


def test_who_does_not_trust_it_refuses_it(localstack: LocalStack) -> None:
    """It is nobody's but its own: no public authority has signed it."""
    context = ssl.create_default_context()
    address = ("127.0.0.1", localstack.port)
    with (
        socket.create_connection(address, timeout=60) as connection,
        pytest.raises(ssl.SSLCertVerificationError, match="self-signed"),
    ):
        context.wrap_socket(connection, server_hostname="localhost")

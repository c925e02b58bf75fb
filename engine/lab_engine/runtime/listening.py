"""Listen only at the addresses in GATEWAY_LISTEN.

LocalStack takes the port of an IPv4 address and ignores the rest: with
`GATEWAY_LISTEN=127.0.0.1:4566` it serves every interface. Anybody in the same network could use the
lab, and run code on this machine by creating a function.
"""

from typing import Any

from localstack.aws.serving.twisted import TLSMultiplexerFactory
from localstack.config import HostAndPort, is_ipv6_address
from rolo.serving.twisted import TwistedGateway
from twisted.internet import reactor, ssl
from twisted.internet.endpoints import TCP4ServerEndpoint, TCP6ServerEndpoint


def register(
    _self: object,
    gateway: Any,
    listen: list[HostAndPort],
    ssl_creds: tuple[str, str] | None = None,
) -> None:
    """Serve LocalStack at each of the addresses.

    Args:
        gateway: LocalStack's gateway.
        listen: The addresses of GATEWAY_LISTEN.
        ssl_creds: The files of the certificate and its key; without them TLS is not served.
    """
    protocol = _protocol(TwistedGateway(gateway), ssl_creds)
    for address in listen:
        endpoint: Any = TCP6ServerEndpoint if is_ipv6_address(address.host) else TCP4ServerEndpoint
        endpoint(reactor, address.port, interface=address.host).listen(protocol)


def _protocol(site: Any, ssl_creds: tuple[str, str] | None) -> Any:
    if ssl_creds is None:
        return site
    certificate_file, key_file = ssl_creds
    tls: Any = ssl.DefaultOpenSSLContextFactory(  # type: ignore[no-untyped-call]
        key_file, certificate_file
    )
    tls.getContext().use_certificate_chain_file(certificate_file)
    return TLSMultiplexerFactory(tls, False, site)

"""Listens only where GATEWAY_LISTEN says: LocalStack takes its port and ignores its IPv4 address.

With `GATEWAY_LISTEN=127.0.0.1:4566` it serves every interface, so that anybody in the same network
could use the lab, and run code on this machine by creating a function.
"""

import functools
from collections.abc import Callable
from typing import Any

from localstack.utils.patch import Patch
from twisted.internet import endpoints


def register_bound(
    register: Callable[..., None],
    self: Any,
    gateway: Any,
    listen: list[Any],
    ssl_creds: tuple[str, str] | None = None,
) -> None:
    """Listen on each address as it was given; hooks run before the server listens."""
    for address in listen:
        bound = functools.partial(endpoints.TCP4ServerEndpoint, interface=address.host)
        with Patch(endpoints, "TCP4ServerEndpoint", bound):
            register(self, gateway, [address], ssl_creds)

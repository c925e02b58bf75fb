"""Keeps a state machine role's AWS clients for a minute.

Every task assumed the role again and built a client, copying all of boto's event hooks. A minute is
short enough for a changed trust policy to be noticed.
"""

import threading
import time
from collections.abc import Callable
from typing import Any

from localstack.services.stepfunctions.asl.utils import boto_client

_KEEP_SECONDS = 60.0


class ClientMemory:
    """Remembers clients by service, region and role."""

    def __init__(self, create: Callable[..., Any], clock: Callable[[], float]) -> None:
        self._create = create
        self._clock = clock
        self._lock = threading.Lock()
        self._clients: dict[tuple[str, str, str], tuple[float, Any]] = {}

    def client_for(self, service: str, region: str, state_credentials: Any) -> Any:
        """The client of one role, made anew when it is a minute old."""
        key = (service, region, state_credentials.role_arn)
        with self._lock:
            made, client = self._clients.get(key, (0.0, None))
            if client is None or self._clock() - made > _KEEP_SECONDS:
                client = self._create(service, region, state_credentials)
                self._clients[key] = (self._clock(), client)
            return client


MEMORY = ClientMemory(boto_client.boto_client_for, time.monotonic)
"""The one memory of this LocalStack, for both places that name the function."""

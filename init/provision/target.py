"""The target of provisioning: one account in one region, and its clients."""

from __future__ import annotations

import threading
from functools import cached_property
from typing import TYPE_CHECKING, Any

import boto3
from botocore.exceptions import ClientError

from provision.arns import Arns

if TYPE_CHECKING:
    from collections.abc import Callable

    from provision.settings import Settings


class Target:
    """An AWS endpoint, found through boto3's standard environment variables.

    Attributes:
        settings: What to provision there.
    """

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        # Any: a client whose service is only known at run time has no type.
        self._session: Any = boto3.Session(region_name=settings.region)
        self._clients: dict[str, Any] = {}
        self._making_client = threading.Lock()

    def client(self, service: str) -> Any:
        """Return the client of a service; the first call makes it.

        Threads can share clients, but not the session that makes them.
        """
        with self._making_client:
            if service not in self._clients:
                self._clients[service] = self._session.client(service)
            return self._clients[service]

    @cached_property
    def arns(self) -> Arns:
        """The ARNs of the pipeline in this account; asks AWS which account it is."""
        account: str = self.client("sts").get_caller_identity()["Account"]
        partition: str = self._session.get_partition_for_region(self.settings.region)
        return Arns(partition, account, self.settings)


def unless_missing[T](read: Callable[[], T], *codes: str) -> T | None:
    """Read something that may not exist.

    Args:
        read: Asks AWS for it.
        codes: The error codes by which AWS says that it does not exist.

    Returns:
        What `read` returned, or None if it does not exist.
    """
    try:
        return read()
    except ClientError as error:
        if error.response["Error"]["Code"] in codes:
            return None
        raise

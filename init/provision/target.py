"""Where the pipeline is provisioned: one account in one region, and its clients."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING, Any

import boto3
from botocore.config import Config
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
        # Any: the client of a service known only at run time has no type.
        self._session: Any = boto3.Session(region_name=settings.region)
        self._clients: dict[str, Any] = {}
        self._making_client = threading.Lock()
        self._arns: Arns | None = None
        self._asking_account = threading.Lock()

    def client(self, service: str) -> Any:
        """Return the client of a service, made at its first use.

        Clients are safe to share between threads, the session that makes them is not.
        """
        with self._making_client:
            if service not in self._clients:
                config = Config(retries={"mode": "standard", "max_attempts": 5})
                self._clients[service] = self._session.client(service, config=config)
            return self._clients[service]

    @property
    def arns(self) -> Arns:
        """The ARNs of the pipeline in this account; AWS is asked once which account it is."""
        with self._asking_account:
            if self._arns is None:
                account: str = self.client("sts").get_caller_identity()["Account"]
                partition: str = self._session.get_partition_for_region(self.settings.region)
                self._arns = Arns(partition, account, self.settings)
            return self._arns


def unless_missing[T](read: Callable[[], T], *codes: str) -> T | None:
    """Read something that may not exist.

    Args:
        read: Asks AWS for it.
        codes: The error codes by which AWS says that it does not exist.

    Returns:
        What `read` returned, or None where there is no such thing.
    """
    try:
        return read()
    except ClientError as error:
        if error.response["Error"]["Code"] in codes:
            return None
        raise

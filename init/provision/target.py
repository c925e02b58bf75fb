"""The target of provisioning: one account in one region, and its clients."""

from __future__ import annotations

import threading
from functools import cached_property
from typing import TYPE_CHECKING, Any, Final

from botocore.exceptions import BotoCoreError, ClientError

from provision.arns import Arns
from provision.errors import ProvisionError
from provision.guard import SERVICES, Guard

if TYPE_CHECKING:
    from collections.abc import Callable

    from provision.settings import Settings

_READING: Final = ("Describe", "Get", "Head", "List", "Validate")
"""How the names of the operations begin that change nothing."""


class Target:
    """An AWS endpoint, found through boto3's standard environment variables, behind the guard.

    Args:
        settings: What to provision there.
        is_read_only: Refuse each request that is not for reading, as a plan does.

    Attributes:
        settings: As given.
        is_read_only: As given.
    """

    def __init__(self, settings: Settings, *, is_read_only: bool = False) -> None:
        self.settings = settings
        self.is_read_only = is_read_only
        # Any: a client whose service is only known at run time has no type.
        self._clients: dict[str, Any] = {}
        self._making_client = threading.Lock()

    def client(self, service: str) -> Any:
        """Return the client of a service; the first call makes it.

        Threads can share clients, but not the session that makes them.

        Raises:
            ProvisionError: The guard does not allow the endpoint.
        """
        with self._making_client:
            if service not in self._clients:
                self._clients[service] = self._new_client(service)
            return self._clients[service]

    def make_clients(self) -> None:
        """Make the clients of all services, which takes longer than most requests.

        Raises:
            ProvisionError: The guard does not allow the endpoint.
        """
        for service in SERVICES:
            self.client(service)

    @cached_property
    def is_aws(self) -> bool:
        """Whether it counts as AWS itself: each endpoint that is not on this machine does.

        Raises:
            ProvisionError: The guard does not allow the endpoint.
        """
        return self._guard.is_aws

    @cached_property
    def arns(self) -> Arns:
        """The ARNs of the pipeline in this account; asks AWS which account it is.

        Raises:
            ProvisionError: It is not the account that the guard allows.
        """
        account: str = self.client("sts").get_caller_identity()["Account"]
        self._guard.confirm(account)
        partition: str = self._guard.session.get_partition_for_region(self.settings.region)
        return Arns(partition, account, self.settings)

    @cached_property
    def _guard(self) -> Guard:
        try:
            return Guard(self.settings.region)
        except BotoCoreError as error:  # for example a profile that does not exist
            raise ProvisionError("no account to provision: {error}", error=error) from error

    def _new_client(self, service: str) -> Any:
        client = self._guard.client(service)
        if self.is_read_only:
            client.meta.events.register("before-call.*.*", _refuse_writing)
        return client


def _refuse_writing(model: Any, **_: object) -> None:
    if not model.name.startswith(_READING):
        raise AssertionError(f"a plan must not call {model.name}")


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

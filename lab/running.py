"""A lab: how it was started, and one account of it with the AWS clients for that account."""

from __future__ import annotations

import os
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Any

from lab.chosen import FIRST_ACCOUNT
from lab.errors import UsageError
from lab.language import say, say_kept
from lab.pages import bypass_proxies

if TYPE_CHECKING:
    from localstack_client.session import Session

    from provision.arns import Arns
    from provision.settings import Settings

MISSING_CODES = (
    "AWS.SimpleQueueService.NonExistentQueue",
    "NoSuchBucket",
    "NotFound",  # SNS
    "QueueDoesNotExist",
    "ResourceNotFoundException",  # Lambda, CloudWatch Logs
    "StateMachineDoesNotExist",
)
"""By which AWS says that a resource does not exist."""

EMPTY = "LAB_EMPTY"
"""The variable that says whether the first account is left empty."""

PARTITION = "aws"
POOL_CONNECTIONS = 32
RETRIES = 3
"""How often a client asks again after the first request failed."""

READ_TIMEOUT_SECONDS = 60.0
SECRET_KEY = "test"  # noqa: S105 - what any LocalStack takes
"""What the root of any account signs with."""


@dataclass(frozen=True)
class LabRecord:
    """How a lab was started; `lab.json` keeps it.

    Attributes:
        port: Where it listens.
        engine: `local` or `compose`.
        profile: `workshop` or `quick`.
        variables: The LAB_* variables that name its resources.
        mailbox_port: Where its web mailbox is; None for a lab without one.
        host: Where the port is; another one only for a lab that somebody else has started.
    """

    port: int
    engine: str = "local"
    profile: str = "workshop"
    variables: dict[str, str] = field(default_factory=dict)
    mailbox_port: int | None = None
    host: str = "127.0.0.1"

    @property
    def endpoint(self) -> str:
        """Where AWS clients go."""
        return f"http://{self.host}:{self.port}"

    @property
    def has_pages(self) -> bool:
        """Whether it has pages beside AWS's API, such as the mails': only LocalStack has."""
        return self.engine in ("local", "compose")

    @property
    def is_empty(self) -> bool:
        """Whether its first account is left empty: `up --empty`, or LAB_EMPTY=on.

        Raises:
            UsageError: LAB_EMPTY is neither on nor off.
        """
        said = self.variables.get(EMPTY) or "off"
        if said not in ("on", "off"):
            raise UsageError(
                say("{variable} is {said!r}, but it must be on or off.", variable=EMPTY, said=said)
            )
        return said == "on"

    @property
    def settings(self) -> Settings:
        """Names and numbers of the resources in the first account.

        Raises:
            UsageError: A LAB_* variable has a value that cannot be used.
        """
        return self.settings_of(FIRST_ACCOUNT)

    def settings_of(self, account: str) -> Settings:
        """Return names and numbers of an account's resources.

        Raises:
            UsageError: A LAB_* variable has a value that cannot be used.
        """
        from provision.settings import Settings, SettingsError

        try:
            return Settings.from_environment(self.variables_of(account))
        except SettingsError as error:
            raise UsageError(say_kept(error.sentence, error.facts)) from error

    def variables_of(self, account: str) -> dict[str, str]:
        """Return the variables that name an account's resources.

        Bucket names are shared by all accounts (S3 user guide, "General purpose buckets naming
        rules"), so those of a further account end in its number and not in LAB_SUFFIX.
        """
        variables = {**self.variables, "LAB_PROFILE": self.profile}
        return variables if account == FIRST_ACCOUNT else {**variables, "LAB_SUFFIX": account}

    def access_to(self, account: str) -> dict[str, str]:
        """Return boto3's variables for an account of it."""
        return {
            "AWS_ENDPOINT_URL": self.endpoint,
            "AWS_ACCESS_KEY_ID": account,
            "AWS_SECRET_ACCESS_KEY": SECRET_KEY,
            "AWS_DEFAULT_REGION": self.settings_of(account).region,
            "NO_PROXY": "127.0.0.1",
        }


@dataclass
class RunningLab:
    """One account of a lab that answers. Commands, tests and benchmarks reach a lab through it.

    Args:
        record: How the lab was started.
        account: Whose resources it is about, twelve digits.
        retries: How often its clients ask again after the first request failed.
        read_timeout_seconds: How long its clients wait for one answer.
        clients: Used instead of new ones, by service.
        partition: Of AWS, which its ARNs name.
    """

    record: LabRecord
    account: str = FIRST_ACCOUNT
    retries: int = RETRIES
    read_timeout_seconds: float = READ_TIMEOUT_SECONDS
    clients: dict[str, Any] = field(default_factory=dict, repr=False)
    partition: str = PARTITION

    def __post_init__(self) -> None:
        """Begin with the clients that were given."""
        self._sessions: dict[tuple[str, str, str], Session] = {}
        self._clients: dict[tuple[str, str, str, str], Any] = {}

    @property
    def endpoint(self) -> str:
        """Where AWS clients go."""
        return self.record.endpoint

    @cached_property
    def settings(self) -> Settings:
        """Names and numbers of the account's resources.

        Raises:
            UsageError: A LAB_* variable has a value that cannot be used.
        """
        return self.record.settings_of(self.account)

    @property
    def region(self) -> str:
        """The region of everything in it."""
        return self.settings.region

    @cached_property
    def arns(self) -> Arns:
        """The ARNs of the account's resources."""
        from provision.arns import Arns

        return Arns(self.partition, self.account, self.settings)

    def client(
        self,
        service: str,
        access_key: str | None = None,
        region: str | None = None,
        secret_key: str = SECRET_KEY,
    ) -> Any:
        """Return the boto3 client of a service, made once.

        Args:
            service: As boto3 names it.
            access_key: Of whom the requests are; by default of the account's root, whose key in
                LocalStack is the account's number.
            region: Another one than the lab's.
            secret_key: What belongs to the access key.
        """
        if access_key is None and region is None and service in self.clients:
            return self.clients[service]
        who = (access_key or self.account, secret_key, region or self.region)
        if (service, *who) not in self._clients:
            self._clients[service, *who] = self._new_client(service, *who)
        return self._clients[service, *who]

    def queue_url(self, queue: str) -> str:
        """Return the URL of one of its queues."""
        url: str = self.client("sqs").get_queue_url(QueueName=queue)["QueueUrl"]
        return url

    def _new_client(self, service: str, access_key: str, secret_key: str, region: str) -> Any:
        from botocore.config import Config

        config = Config(
            max_pool_connections=POOL_CONNECTIONS,
            read_timeout=self.read_timeout_seconds,
            retries={"mode": "standard", "max_attempts": self.retries},
            s3={"addressing_style": "path"},
        )
        return self._session(access_key, secret_key, region).client(service, config=config)

    def _session(self, access_key: str, secret_key: str, region: str) -> Session:
        from localstack_client.session import Session

        who = (access_key, secret_key, region)
        if who not in self._sessions:
            self._sessions[who] = Session(
                aws_access_key_id=access_key,
                aws_secret_access_key=secret_key,
                region_name=region,
                localstack_host=f"{self.record.host}:{self.record.port}",
            )
        return self._sessions[who]


USERS_FILES = ("AWS_CONFIG_FILE", "AWS_SHARED_CREDENTIALS_FILE", "AWS_CA_BUNDLE")
"""The variables that say where the user's own files about AWS are."""

_SET_BY_THE_USER: dict[str, str] = {}


def ignore_the_users_aws() -> None:
    """Drop what the environment says about the user's own AWS: it must not be reached from here.

    A profile that does not exist, an endpoint or a proxy would otherwise reach every client. Only
    `--target aws` takes up a part of it again.
    """
    _SET_BY_THE_USER.update({name: os.environ[name] for name in USERS_FILES if name in os.environ})
    for name in list(os.environ):
        if name.startswith("AWS_") or name in ("LOCALSTACK_HOST", "USE_SSL"):
            del os.environ[name]
    os.environ["AWS_CONFIG_FILE"] = os.devnull
    os.environ["AWS_SHARED_CREDENTIALS_FILE"] = os.devnull
    os.environ["AWS_EC2_METADATA_DISABLED"] = "true"
    bypass_proxies()


def take_up_the_users_aws(profile: str) -> None:
    """Let boto3 find a profile of the user's own AWS again; nothing but `--target aws` does this.

    Args:
        profile: Its name. Credentials of the environment stay dropped.
    """
    for name in (*USERS_FILES, "AWS_EC2_METADATA_DISABLED"):
        os.environ.pop(name, None)
    os.environ.update(_SET_BY_THE_USER)
    os.environ["AWS_PROFILE"] = profile

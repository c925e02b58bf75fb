"""The AWS API of a lab, through localstack-client's session."""

import os
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Any

from lab.advice import command
from lab.current import FIRST_ACCOUNT, Lab, meant_lab
from lab.emulator import bypass_proxies
from lab.errors import LabError

if TYPE_CHECKING:
    from lab.evidence import OutcomeReader
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

POOL_CONNECTIONS = 32


@dataclass
class Cloud:
    """Clients for one account of a lab, each made once."""

    lab: Lab
    account: str = FIRST_ACCOUNT
    _clients: dict[str, Any] = field(default_factory=dict)

    @property
    def settings(self) -> "Settings":
        """Names and numbers of the account's resources."""
        return self.lab.settings_of(self.account)

    @property
    def endpoint(self) -> str:
        """Where the lab answers."""
        return self.lab.endpoint

    def client(self, service: str) -> Any:
        """A boto3 client of the account."""
        if service not in self._clients:
            self._clients[service] = self._new_client(service)
        return self._clients[service]

    def arn(self, service: str, rest: str) -> str:
        """An ARN in the lab's region and this account."""
        return f"arn:aws:{service}:{self.settings.region}:{self.account}:{rest}"

    @property
    def state_machine_arn(self) -> str:
        """The workflow's ARN."""
        return self.arn("states", f"stateMachine:{self.settings.state_machine_name}")

    @cached_property
    def outcome_reader(self) -> "OutcomeReader":
        """Reads the outcomes of its jobs, each once."""
        from lab.evidence import OutcomeReader

        return OutcomeReader(
            self.client("s3"), self.settings.raw_bucket, self.settings.processed_bucket
        )

    def queue_url(self, queue: str) -> str:
        """The URL of a queue of the lab."""
        url: str = self.client("sqs").get_queue_url(QueueName=queue)["QueueUrl"]
        return url

    def _new_client(self, service: str) -> Any:
        from botocore.config import Config
        from localstack_client.session import Session

        session = Session(
            aws_access_key_id=self.account,  # LocalStack's way to name an account: its root
            aws_secret_access_key="test",  # noqa: S106 - what any LocalStack takes
            region_name=self.settings.region,
            localstack_host=f"127.0.0.1:{self.lab.port}",
        )
        config = Config(
            max_pool_connections=POOL_CONNECTIONS,
            retries={"mode": "standard", "max_attempts": 3},
            s3={"addressing_style": "path"},
        )
        return session.client(service, config=config)


def ignore_the_users_aws() -> None:
    """Drop what the environment says about the user's own AWS: it must never be reached from here.

    A profile that does not exist, an endpoint or a proxy would otherwise reach every client.
    """
    for name in list(os.environ):
        if name.startswith("AWS_") or name in ("LOCALSTACK_HOST", "USE_SSL"):
            del os.environ[name]
    os.environ["AWS_CONFIG_FILE"] = os.devnull
    os.environ["AWS_SHARED_CREDENTIALS_FILE"] = os.devnull
    os.environ["AWS_EC2_METADATA_DISABLED"] = "true"
    bypass_proxies()


def open_cloud(port: int | None = None, account: str = FIRST_ACCOUNT) -> Cloud:
    """The AWS API of the lab and the account that a command means.

    Raises:
        LabError: it is not running, or not provisioned.
    """
    from lab.engines.readiness import read_readiness

    lab = meant_lab(port)
    readiness = read_readiness(lab.endpoint)
    if not readiness.answers:
        raise LabError(f"No lab is running at {lab.endpoint}. Start it: {command('up')}")
    if not readiness.ready:
        raise LabError(f"The lab at {lab.endpoint} is not provisioned yet. Run: {command('up')}")
    return Cloud(lab, account)

"""The ARNs of the pipeline's resources: settings seen from one account."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from provision.settings import Settings


@dataclass(frozen=True)
class Arns:
    """Makes ARNs without asking AWS, so that a resource can name one that does not exist yet."""

    partition: str
    account: str
    settings: Settings

    def _arn(self, service: str, resource: str) -> str:
        region = self.settings.region
        return f"arn:{self.partition}:{service}:{region}:{self.account}:{resource}"

    @property
    def account_root(self) -> str:
        """The account as a principal."""
        return f"arn:{self.partition}:iam::{self.account}:root"

    def role(self, name: str) -> str:
        """Return the ARN of a role."""
        return f"arn:{self.partition}:iam::{self.account}:role/{name}"

    def bucket(self, name: str) -> str:
        """Return the ARN of a bucket."""
        return f"arn:{self.partition}:s3:::{name}"

    def objects(self, bucket: str, prefix: str) -> str:
        """Return the ARN pattern of all objects under a prefix."""
        return f"{self.bucket(bucket)}/{prefix}*"

    def queue(self, name: str) -> str:
        """Return the ARN of a queue."""
        return self._arn("sqs", name)

    def function(self, name: str) -> str:
        """Return the unqualified ARN of a function."""
        return self._arn("lambda", f"function:{name}")

    def log_streams(self, log_group: str) -> str:
        """Return the ARN pattern of one log group's streams, in the form AWS's own policies use."""
        return self._arn("logs", f"log-group:{log_group}:*")

    def log_group(self, name: str) -> str:
        """Return the ARN of a log group, in the form that is tagged."""
        return self._arn("logs", f"log-group:{name}")

    def alarms(self, name_pattern: str) -> str:
        """Return the ARN pattern of alarms."""
        return self._arn("cloudwatch", f"alarm:{name_pattern}")

    @property
    def state_machine(self) -> str:
        """The ARN of the pipeline's state machine."""
        return self.state_machine_named(self.settings.state_machine_name)

    def state_machine_named(self, name: str) -> str:
        """Return the ARN of a state machine."""
        return self._arn("states", f"stateMachine:{name}")

    @property
    def topic(self) -> str:
        """The ARN of the topic."""
        return self._arn("sns", self.settings.topic_name)

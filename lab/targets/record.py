"""What is kept of a target: which account, region and names it has. Nothing in it is secret."""

import json
import os
from dataclasses import asdict, dataclass

from lab.chosen import FIRST_ACCOUNT, TargetName
from lab.errors import UsageError
from lab.paths import target_file
from lab.running import SECRET_KEY, LabRecord


@dataclass(frozen=True)
class TargetRecord(LabRecord):
    """The pipeline in an account that no lab of this machine holds.

    It is kept when the pipeline comes up there, and compared with what each later command finds.

    Attributes:
        port: None of a lab: 0.
        engine: The name of the target.
        account: What STS has told, twelve digits.
        region: Of everything in it.
        endpoint_url: An address on this machine; None for AWS.
        aws_profile: Of the user's own AWS, by name; None for an endpoint.
        is_kept: Whether its account is known, and may not become another.
    """

    port: int = 0
    engine: str = TargetName.ENDPOINT
    account: str = FIRST_ACCOUNT
    region: str = ""
    endpoint_url: str | None = None
    aws_profile: str | None = None
    is_kept: bool = False

    @property
    def endpoint(self) -> str:
        """Where AWS clients go, as people call it."""
        return self.endpoint_url or "AWS"

    @property
    def is_aws(self) -> bool:
        """Whether it is treated as AWS, where everything costs money."""
        return self.engine == TargetName.AWS

    @property
    def lab_id(self) -> str:
        """What its tags and bucket names say."""
        return self.settings_of(self.account).lab_id

    def variables_of(self, account: str) -> dict[str, str]:
        """Return the variables that name its resources; it has one account only."""
        assert account == self.account, f"{account} is not the account of this target"
        named = {"LAB_PROFILE": self.profile, "AWS_DEFAULT_REGION": self.region}
        return {**self.variables, **named}

    def access_to(self, account: str) -> dict[str, str]:
        """Return boto3's and the guard's variables for it."""
        region = {"AWS_DEFAULT_REGION": self.region}
        if self.is_aws:
            allowed = {"LAB_TARGET": "aws", "LAB_ALLOW_AWS": account}
            return {**region, **allowed, "AWS_PROFILE": self.aws_profile or ""}
        return {
            **region,
            "AWS_ENDPOINT_URL": self.endpoint,
            "AWS_ACCESS_KEY_ID": SECRET_KEY,
            "AWS_SECRET_ACCESS_KEY": SECRET_KEY,
        }


def kept(name: TargetName) -> TargetRecord | None:
    """Return what is known of a target; None where it is not up, as far as is known here."""
    try:
        record = TargetRecord(**json.loads(target_file(name).read_text(encoding="utf-8")))
        usable = record.engine == name and record.lab_id
    except (FileNotFoundError, ValueError, TypeError, AttributeError, UsageError):
        return None
    return record if usable else None


def keep(record: TargetRecord) -> None:
    """Keep a target, whole or not at all: another command may be reading."""
    file = target_file(record.engine)
    file.parent.mkdir(parents=True, exist_ok=True)
    draft = file.with_name(f"{file.name}.{os.getpid()}")
    draft.write_text(json.dumps(asdict(record), ensure_ascii=False), encoding="utf-8")
    draft.replace(file)


def forget(record: TargetRecord) -> None:
    """Forget a target of which nothing is left."""
    target_file(record.engine).unlink(missing_ok=True)

"""The student's account: where the course looks and builds, through AWS APIs only."""

import hashlib
import hmac
import re
import threading
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from functools import cache
from typing import Any, Final, Literal, Self

Pace = Literal["workshop", "quick"]


@dataclass(frozen=True)
class Times:
    """The times, in seconds, that differ between the workshop's pace and that of tests.

    Attributes:
        visibility_seconds: Visibility timeout of the main queue. AWS advises six times the
            function's timeout plus the batch window (Lambda developer guide, "Using Lambda with
            Amazon SQS").
        window_seconds: How long the event source gathers messages.
        large_file_wait_seconds: How long exercise 3.e2 lets a large file wait.
        alarm_seconds: The period of the alarms on errors and failed executions.
        dlq_alarm_seconds: The period of the alarm on the dead letter queue.
    """

    visibility_seconds: int
    window_seconds: int
    large_file_wait_seconds: int
    alarm_seconds: int
    dlq_alarm_seconds: int


TIMES: Final[dict[Pace, Times]] = {
    "workshop": Times(70, 10, 30, 300, 60),
    "quick": Times(12, 0, 3, 10, 10),
}

DEFAULT_ACCOUNT: Final = "111111111111"
DEFAULT_REGION: Final = "ap-southeast-1"
DEFAULT_COURSE_KEY: Final = "csv-report-processor"

OTHER_REGIONS: Final = ("us-east-1", "us-west-2", "eu-west-1", "ap-southeast-7")
"""Where a resource turns up that was made with another region chosen than the course's."""

_ACCOUNT: Final = re.compile(r"\d{12}")
_READING: Final = ("Get", "List", "Describe", "Head", "Filter", "Lookup")


_MAKING_CLIENT: Final = threading.Lock()
"""Clients are safe to share between threads, the session that makes them is not."""


@dataclass(frozen=True)
class Call:
    """One AWS call that was made, as botocore knows it.

    Attributes:
        service: As boto3 names the client, for example `s3`.
        operation: As the API names it, for example `CreateBucket`.
        parameters: What it was given.
    """

    service: str
    operation: str
    parameters: dict[str, Any]

    @property
    def changes_nothing(self) -> bool:
        """Whether the call only reads."""
        return self.operation.startswith(_READING)


@dataclass(frozen=True)
class Sandbox:
    """One student's account at one AWS endpoint.

    The account is the access key: LocalStack takes a key of 12 digits as the account it belongs to.

    Attributes:
        endpoint: Where AWS clients go.
        account: 12 digits.
        region: The region of everything.
        student: Part of the bucket names.
        suffix: Last part of the bucket names; the account unless told, as `lab deploy --account`
            has it.
        email: Where the student wants to be told of results.
        pace: `workshop`, or `quick` for the short times that tests like.
        course_key: The teacher's secret, from which each student's data is made.
        on_call: Told of each AWS call before it is made.

    Raises:
        ValueError: The account is not 12 digits.
    """

    endpoint: str
    account: str = DEFAULT_ACCOUNT
    region: str = DEFAULT_REGION
    student: str = "student"
    suffix: str = ""
    email: str = "student@example.com"
    pace: Pace = "workshop"
    course_key: str = field(default=DEFAULT_COURSE_KEY, repr=False)
    on_call: Callable[[Call], None] | None = field(default=None, repr=False, compare=False)
    _clients: dict[tuple[str, str], Any] = field(
        default_factory=dict, init=False, repr=False, compare=False
    )
    _making: threading.Lock = field(
        default_factory=threading.Lock, init=False, repr=False, compare=False
    )

    def __post_init__(self) -> None:
        """Refuse an account that AWS does not have, and settle the suffix."""
        if not _ACCOUNT.fullmatch(self.account):
            message = f"the account is {self.account!r}, but an account has 12 digits"
            raise ValueError(message)
        if not self.suffix:
            object.__setattr__(self, "suffix", self.account)

    @property
    def raw_bucket(self) -> str:
        """The bucket for files as they come, as the course names it."""
        return f"pipeline-raw-{self.student}-{self.suffix}"

    @property
    def processed_bucket(self) -> str:
        """The bucket for results, as the course names it."""
        return f"pipeline-processed-{self.student}-{self.suffix}"

    @property
    def times(self) -> Times:
        """The times that the pace asks for."""
        return TIMES[self.pace]

    def client(self, service: str, *, region: str | None = None) -> Any:
        """Return a boto3 client in this account, made once; safe to share between threads."""
        where = region or self.region
        with self._making:
            if (service, where) not in self._clients:
                self._clients[service, where] = self._new_client(service, where)
            return self._clients[service, where]

    def arn(self, service: str, rest: str) -> str:
        """Return an ARN in this account and region."""
        return f"arn:aws:{service}:{self.region}:{self.account}:{rest}"

    def role_arn(self, name: str) -> str:
        """Return the ARN of a role in this account."""
        return f"arn:aws:iam::{self.account}:role/{name}"

    def policy_arn(self, name: str) -> str:
        """Return the ARN of a managed policy of this account."""
        return f"arn:aws:iam::{self.account}:policy/{name}"

    def told(self, on_call: Callable[[Call], None]) -> Self:
        """Return the same sandbox with clients that tell of each call."""
        return replace(self, on_call=on_call)

    def seed(self, purpose: str) -> bytes:
        """Bytes that are this student's alone, the same each time they are asked for.

        Args:
            purpose: What they are for; another purpose has other bytes.
        """
        message = f"{self.account}/{self.student}/{purpose}".encode()
        return hmac.digest(self.course_key.encode(), message, hashlib.sha256)

    def environment(self) -> dict[str, str]:
        """Return the variables by which boto3 and the AWS command line work in this account."""
        return {
            "AWS_ENDPOINT_URL": self.endpoint,
            "AWS_ACCESS_KEY_ID": self.account,
            "AWS_SECRET_ACCESS_KEY": "test",
            "AWS_DEFAULT_REGION": self.region,
            "LAB_STUDENT": self.student,
            "LAB_SUFFIX": self.suffix,
        }

    def _new_client(self, service: str, region: str) -> Any:
        with _MAKING_CLIENT:
            client = _session().client(
                service,
                endpoint_url=self.endpoint,
                aws_access_key_id=self.account,
                aws_secret_access_key="test",  # noqa: S106 - what any LocalStack takes
                region_name=region,
                config=_client_config(),
            )
        tell = self.on_call
        if tell is not None:

            def before_call(params: dict[str, Any], model: Any, **_: object) -> None:
                tell(Call(service, model.name, dict(params)))

            client.meta.events.register("provide-client-params.*", before_call)
        return client


@cache
def _session() -> Any:
    """One for all accounts: it holds botocore's models of the services, which take time to read."""
    import boto3  # noqa: PLC0415 - half a second, which `scripts/lab aws` does without

    return boto3.Session()


@cache
def _client_config() -> Any:
    from botocore.config import Config  # noqa: PLC0415

    return Config(
        connect_timeout=5,
        read_timeout=70,
        retries={"mode": "standard", "max_attempts": 2},
        s3={"addressing_style": "path"},
    )


def found_names(sandbox: Sandbox) -> dict[str, Any]:
    """Return the names that steps, checks and texts call `{name}`, as they are in this account.

    A bucket that the student gave a name of their own is known by its beginning, as the workshop
    names it: `pipeline-raw-...`, `pipeline-processed-...`.
    """
    buckets = [each["Name"] for each in sandbox.client("s3").list_buckets()["Buckets"]]
    return known_names(sandbox) | {
        "raw_bucket": _found(buckets, sandbox.raw_bucket, "pipeline-raw-"),
        "processed_bucket": _found(buckets, sandbox.processed_bucket, "pipeline-processed-"),
    }


def known_names(sandbox: Sandbox) -> dict[str, Any]:
    """Return the same names as the course gives them, without asking AWS; and the times."""
    return {
        "account": sandbox.account,
        "region": sandbox.region,
        "student": sandbox.student,
        "suffix": sandbox.suffix,
        "email": sandbox.email,
        "endpoint": sandbox.endpoint,
        "raw_bucket": sandbox.raw_bucket,
        "processed_bucket": sandbox.processed_bucket,
        **vars(sandbox.times),
    }


def _found(buckets: list[str], expected: str, beginning: str) -> str:
    own = [name for name in buckets if name.startswith(beginning)]
    return own[0] if len(own) == 1 and expected not in buckets else expected

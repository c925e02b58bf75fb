"""`LAB_IAM` and the page that shows what was used."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from botocore.exceptions import ClientError

from provision.waiting import GaveUpError
from tests.engine.conftest import LocalStack, start_localstack
from tests.engine.iam.world import ACCOUNT, BUCKET, IamWorld, allow

OBJECTS = f"arn:aws:s3:::{BUCKET}/*"


def test_enforcing_is_the_default_and_is_said_once(world: IamWorld) -> None:
    assert world.localstack.page("/_lab/iam")["mode"] == "enforce"
    assert world.localstack.log.count("IAM policies: enforce (LAB_IAM)") == 1


def test_the_page_shows_what_was_used_denied_and_granted_in_vain(world: IamWorld) -> None:
    user = world.user("observed", allow(["s3:GetObject", "s3:DeleteObject"], OBJECTS))
    s3 = world.localstack.client("s3", user.access_key)
    for _ in range(3):
        s3.get_object(Bucket=BUCKET, Key="file.csv")
    with pytest.raises(ClientError):
        s3.put_object(Bucket=BUCKET, Key="file.csv", Body=b"")

    page = world.localstack.page("/_lab/iam")

    uses = {
        (use["action"], use["allowed"]): use["count"]
        for use in page["uses"]
        if use["principal"] == user.arn
    }
    assert uses == {("s3:GetObject", True): 3, ("s3:PutObject", False): 1}
    granted = {
        grant["action"]: grant["used"] for grant in page["grants"] if grant["principal"] == user.arn
    }
    assert granted == {"s3:GetObject": 3, "s3:DeleteObject": 0}


def test_an_action_that_does_not_exist_is_stored_and_shown_as_such(world: IamWorld) -> None:
    user = world.user("iam-typo", allow(["s3:CopyObject", "s3:GetObject"], OBJECTS))
    grants = world.localstack.page("/_lab/iam")["grants"]
    exist = {each["action"]: each["exists"] for each in grants if each["principal"] == user.arn}
    assert exist == {"s3:CopyObject": False, "s3:GetObject": True}


@pytest.fixture(scope="module")
def logging_only(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LocalStack]:
    folder: Path = tmp_path_factory.mktemp("localstack")
    with start_localstack(folder, {"LAB_IAM": "log"}) as instance:
        yield instance


def test_logging_lets_through_and_says_what_would_be_denied(logging_only: LocalStack) -> None:
    iam = logging_only.client("iam")
    iam.create_user(UserName="nok")
    key = iam.create_access_key(UserName="nok")["AccessKey"]["AccessKeyId"]

    logging_only.client("sqs", key).create_queue(QueueName="allowed")
    logging_only.client("s3", "AKIAIOSFODNN7EXAMPLE").list_buckets()

    awaited = (
        f"IAM would deny: User: arn:aws:iam::{ACCOUNT}:user/nok is not authorized to perform: "
        "sqs:createqueue on resource"
    )
    assert awaited in logging_only.log
    assert "IAM would not know the access key AKIAIOSFODNN7EXAMPLE" in logging_only.log
    assert logging_only.log.count("IAM policies: log (LAB_IAM)") == 1


def test_off_leaves_localstack_as_it_is(tmp_path: Path) -> None:
    """Also the proof that what the other tests see refused is not refused by LocalStack itself."""
    with start_localstack(tmp_path, {"LAB_IAM": "off"}) as plain:
        assert plain.page("/_lab/iam") == {"mode": "off", "uses": [], "grants": []}
        assert plain.log.count("IAM policies: off (LAB_IAM)") == 1
        plain.client("s3", "AKIAIOSFODNN7EXAMPLE").list_buckets()
        iam = plain.client("iam")
        iam.create_user(UserName="nok")
        key = iam.create_access_key(UserName="nok")["AccessKey"]["AccessKeyId"]
        plain.client("sqs", key).create_queue(QueueName="q")
        plain.client("sts", key).assume_role(
            RoleArn=f"arn:aws:iam::{ACCOUNT}:role/nobody", RoleSessionName="session"
        )


def test_without_fidelity_the_log_says_that_nothing_is_checked(tmp_path: Path) -> None:
    with start_localstack(tmp_path, {"LAB_FIDELITY": "off"}) as plain:
        plain.client("s3", "AKIAIOSFODNN7EXAMPLE").list_buckets()
        assert plain.log.count("LAB_FIDELITY=off: LocalStack as it is; no IAM policy") == 1


def test_an_unknown_mode_stops_the_start(tmp_path: Path) -> None:
    with (
        pytest.raises(GaveUpError, match="LAB_IAM must be one of enforce, log, off, not 'of'"),
        start_localstack(tmp_path, {"LAB_IAM": "of"}),
    ):
        pass

"""A running lab: one account, its names, its ARNs and its clients."""

from lab.chosen import FIRST_ACCOUNT
from lab.running import LabRecord, RunningLab

SECOND = "111111111111"
LAB = RunningLab(LabRecord(4701, profile="quick"))


def test_a_client_is_made_once_for_each_service_identity_and_region() -> None:
    assert LAB.client("sqs") is LAB.client("sqs")
    assert LAB.client("sqs") is LAB.client("sqs", FIRST_ACCOUNT)
    others = [
        LAB.client("sqs", SECOND),
        LAB.client("sqs", region="eu-west-1"),
        LAB.client("sqs", SECOND, secret_key="another"),  # pragma: allowlist secret
    ]
    assert len({id(client) for client in [LAB.client("sqs"), *others]}) == 4


def test_a_client_reaches_the_lab_as_its_account_and_in_its_region() -> None:
    client = RunningLab(LabRecord(4701), SECOND).client("sqs")
    assert client.meta.endpoint_url == "http://127.0.0.1:4701"
    assert client.meta.region_name == LAB.region == "ap-southeast-1"
    assert client._request_signer._credentials.access_key == SECOND


def test_retries_and_patience_are_those_asked_for() -> None:
    config = RunningLab(LabRecord(4701), retries=0, read_timeout_seconds=7).client("s3").meta.config
    assert config.retries["total_max_attempts"] == 1
    assert config.read_timeout == 7


def test_arns_are_of_the_account_and_the_region() -> None:
    lab = RunningLab(LabRecord(4701), SECOND)
    assert lab.arns.state_machine == (
        f"arn:aws:states:ap-southeast-1:{SECOND}:stateMachine:ProcessCSVWorkflow"
    )


def test_a_lab_that_somebody_else_has_started_may_be_on_another_host() -> None:
    record = LabRecord(4566, host="localstack")
    assert RunningLab(record).endpoint == "http://localstack:4566"
    assert RunningLab(record).client("s3").meta.endpoint_url == "http://localstack:4566"

"""Two accounts in one LocalStack: what the plugin adds belongs to the account where AWS has it."""

import re
import uuid
from collections.abc import Iterator
from typing import Any

import pytest
import requests
from botocore.exceptions import ClientError

from tests.engine.conftest import REGION, LocalStack
from tests.engine.functions import create_role
from tests.engine.waiting import wait_for

FIRST, SECOND, THIRD = "000000000000", "222222222222", "333333333333"
BOTH = (FIRST, SECOND)


@pytest.fixture
def name() -> str:
    """A name that both accounts give to something of theirs."""
    return f"shared-{uuid.uuid4().hex[:8]}"


@pytest.fixture
def faults(localstack: LocalStack) -> Iterator[str]:
    """The page of the fault switch, everything off afterwards."""
    page = f"{localstack.endpoint}/_lab/faults"
    yield page
    requests.delete(page, timeout=60).raise_for_status()


@pytest.mark.gap("sns", "a mail says which account sent it", plain="gave up waiting")
def test_a_mail_of_each_account_says_so(localstack: LocalStack, name: str) -> None:
    address = f"{name}@example.com"
    for account in BOTH:
        sns = localstack.client("sns", account)
        topic = sns.create_topic(Name=name)["TopicArn"]
        sns.subscribe(TopicArn=topic, Protocol="email", Endpoint=address)
        if account != FIRST:  # the emulator confirms for its default account alone
            requests.get(_question(localstack, address, account), timeout=60).raise_for_status()
        sns.publish(TopicArn=topic, Subject=f"from {account}", Message="text")

    def look() -> bool:
        told = {mail["Subject"]: mail.get("Account") for mail in _mails_to(localstack, address)}
        return all(told.get(f"from {account}") == account for account in BOTH)

    wait_for("each account's mail", look, seen=lambda: _mails_to(localstack, address))


@pytest.mark.gap("sns", "a mail of SES says which account sent it", plain="None ==")
def test_a_mail_that_was_sent_by_ses_says_its_account_too(
    localstack: LocalStack, name: str
) -> None:
    address = f"{name}@example.com"
    ses = localstack.client("ses", SECOND)
    ses.verify_email_identity(EmailAddress=address)
    ses.send_email(
        Source=address,
        Destination={"ToAddresses": [address]},
        Message={"Subject": {"Data": "hello"}, "Body": {"Text": {"Data": "text"}}},
    )
    (mail,) = _mails_to(localstack, address)
    assert mail.get("Account") == SECOND


def test_a_fault_of_one_account_strikes_no_other(
    localstack: LocalStack, name: str, faults: str
) -> None:
    clients = {account: _as_role(localstack, account, name) for account in BOTH}
    wanted = {"kind": "error", "target": "sqs", "role": name, "account": SECOND}
    assert requests.post(faults, json=wanted, timeout=60).ok

    clients[FIRST].list_queues()
    with pytest.raises(ClientError, match="InternalFailure"):
        clients[SECOND].list_queues()

    assert _struck(faults, FIRST) == []
    assert _struck(faults, SECOND) == [1]
    requests.delete(faults, params={"account": FIRST}, timeout=60).raise_for_status()
    assert _struck(faults, SECOND) == [1], "another account's faults stay on"
    requests.delete(faults, params={"account": SECOND}, timeout=60).raise_for_status()
    clients[SECOND].list_queues()


def test_a_fault_can_name_only_what_its_account_has(
    localstack: LocalStack, name: str, faults: str
) -> None:
    _as_role(localstack, FIRST, name)
    wanted = {"kind": "error", "target": "sqs", "role": name, "account": SECOND}
    answer = requests.post(faults, json=wanted, timeout=60)
    assert (answer.status_code, answer.json()["error"][:8]) == (400, "role is ")


def test_a_clock_that_is_pushed_expires_the_objects_of_its_account_only(
    localstack: LocalStack, name: str
) -> None:
    buckets = {account: f"{name}-{account}" for account in (SECOND, THIRD)}
    rule = {"ID": "r", "Status": "Enabled", "Filter": {}, "Expiration": {"Days": 30}}
    for account, bucket in buckets.items():
        s3 = localstack.client("s3", account)
        place = {"LocationConstraint": REGION}
        s3.create_bucket(Bucket=bucket, CreateBucketConfiguration=place)
        s3.put_bucket_lifecycle_configuration(
            Bucket=bucket, LifecycleConfiguration={"Rules": [rule]}
        )
        s3.put_object(Bucket=bucket, Key="old", Body=b"text")
    clock = f"{localstack.endpoint}/_lab/clock"

    def ahead(account: str) -> int:
        reading = requests.get(clock, params={"account": account}, timeout=60).json()
        return int(reading["pushed_seconds"])

    pushed = requests.post(clock, json={"push": "+32d", "account": SECOND}, timeout=30).json()

    assert pushed["expired"] == [f"s3://{buckets[SECOND]}/old"]
    assert localstack.client("s3", THIRD).head_object(Bucket=buckets[THIRD], Key="old")
    assert (ahead(SECOND), ahead(THIRD)) == (32 * 86400, 0)


def test_the_journal_shows_and_forgets_each_account_by_itself(
    localstack: LocalStack, name: str
) -> None:
    for account in BOTH:
        _as_role(localstack, account, name).list_queues()
    journal = f"{localstack.endpoint}/_lab/iam"

    def principals(account: str) -> set[str]:
        page = requests.get(journal, params={"account": account}, timeout=60).json()
        return {each["principal"] for each in page["uses"] + page["grants"]}

    arns = {account: f"arn:aws:iam::{account}:role/{name}" for account in BOTH}
    assert arns[FIRST] in principals(FIRST)
    assert arns[SECOND] not in principals(FIRST)
    assert arns[SECOND] in principals(SECOND)

    requests.delete(journal, params={"account": SECOND}, timeout=60).raise_for_status()

    def uses(account: str) -> set[str]:
        page = requests.get(journal, params={"account": account}, timeout=60).json()
        return {each["principal"] for each in page["uses"]}

    assert arns[FIRST] in uses(FIRST)
    assert arns[SECOND] not in uses(SECOND)


def _question(localstack: LocalStack, address: str, account: str) -> str:
    """The link in the letter that asks an address to confirm a subscription of an account."""

    def look() -> str | None:
        for mail in _mails_to(localstack, address):
            link = re.search(r"http://\S+confirmation\S+", mail["Body"]["text_part"])
            if link and mail.get("Account") == account:
                return link[0]
        return None

    return wait_for("the question", look, seen=lambda: _mails_to(localstack, address))


def _mails_to(localstack: LocalStack, address: str) -> list[dict[str, Any]]:
    answer = requests.get(f"{localstack.endpoint}/_aws/ses", timeout=60)
    if "json" not in answer.headers["Content-Type"]:
        return []  # plain LocalStack has this page only after the first mail
    messages: list[dict[str, Any]] = answer.json()["messages"]
    return [each for each in messages if address in each["Destination"]["ToAddresses"]]


def _struck(faults: str, account: str) -> list[int]:
    page = requests.get(faults, params={"account": account}, timeout=60).json()
    return [fault["struck"] for fault in page["faults"]]


def _as_role(localstack: LocalStack, account: str, name: str) -> Any:
    """An SQS client of a new role that may do everything."""
    role = create_role(localstack, "lambda", account=account, name=name)
    sts = localstack.client("sts", account)
    keys = sts.assume_role(RoleArn=role, RoleSessionName="session")["Credentials"]
    return localstack.client("sqs", keys["AccessKeyId"])

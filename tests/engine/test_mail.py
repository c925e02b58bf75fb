"""Mail as SNS sends it: subject, unsubscribe line, confirmation, alarms, text messages, relay."""

import json
import re
import uuid
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import requests
from botocore.exceptions import ClientError

from lab.launch.ports import free_port
from tests.engine.conftest import LocalStack, start_localstack
from tests.engine.smtp_server import MailServer, serving
from tests.engine.waiting import wait_for

type Mail = dict[str, Any]


def mails_to(localstack: LocalStack, recipient: str) -> list[Mail]:
    answer = requests.get(f"{localstack.endpoint}/_aws/ses", timeout=60)
    if "json" not in answer.headers["Content-Type"]:
        return []  # plain LocalStack has this page only after the first mail
    messages = answer.json()["messages"]
    return [m for m in messages if recipient in m["Destination"]["ToAddresses"]]


def mail_with_subject(localstack: LocalStack, recipient: str, subject: str) -> Mail:
    def look() -> Mail | None:
        mails = mails_to(localstack, recipient)
        return next((m for m in mails if m["Subject"] == subject), None)

    def seen() -> dict[str, str]:
        mails = mails_to(localstack, recipient)
        return {mail["Subject"]: mail["Body"]["text_part"][:40] for mail in mails}

    return wait_for(f"a mail with the subject {subject!r}", look, seen=seen)


def subscribed_topic(localstack: LocalStack, address: str) -> str:
    sns = localstack.client("sns")
    name = f"topic-{uuid.uuid4().hex[:8]}"
    topic = sns.create_topic(Name=name, Attributes={"DisplayName": "CSV Pipeline"})["TopicArn"]
    sns.subscribe(TopicArn=topic, Protocol="email", Endpoint=address)
    return str(topic)


@pytest.fixture
def address() -> str:
    return f"{uuid.uuid4().hex[:8]}@example.com"


@pytest.mark.gap(
    "sns",
    "a mail has its subject, its sender and an unsubscribe link",
    plain="SNS-Subscriber-Endpoint",
)
def test_a_mail_carries_its_own_subject_the_topics_name_and_an_unsubscribe_link(
    localstack: LocalStack, address: str
) -> None:
    topic = subscribed_topic(localstack, address)
    localstack.client("sns").publish(TopicArn=topic, Subject="รายงานพร้อมแล้ว", Message="42 rows")

    mail = mail_with_subject(localstack, address, "รายงานพร้อมแล้ว")
    assert mail["Source"] == '"CSV Pipeline" <no-reply@sns.amazonaws.com>'
    text = mail["Body"]["text_part"]
    assert text.startswith("42 rows\n\n--\nIf you wish to stop receiving notifications")

    link = re.search(r"http://\S+unsubscribe\S+", text)
    assert link, text
    assert "Subscription removed!" in requests.get(link[0], timeout=60).text
    assert not localstack.client("sns").list_subscriptions_by_topic(TopicArn=topic)["Subscriptions"]


@pytest.mark.gap(
    "sns",
    "a subscription of a topic that was deleted and made again is removed",
    plain=r"list\.remove\(x\): x not in list",
)
def test_a_subscription_of_a_topic_that_was_deleted_and_made_again_is_removed(
    localstack: LocalStack,
) -> None:
    sns, queue = localstack.client("sns"), "arn:aws:sqs:ap-southeast-1:000000000000:any"
    name = f"topic-{uuid.uuid4().hex[:8]}"
    topic = sns.create_topic(Name=name)["TopicArn"]
    old = sns.subscribe(TopicArn=topic, Protocol="sqs", Endpoint=queue)["SubscriptionArn"]
    sns.delete_topic(TopicArn=topic)
    sns.create_topic(Name=name)
    new = sns.subscribe(TopicArn=topic, Protocol="sqs", Endpoint=queue)["SubscriptionArn"]

    sns.unsubscribe(SubscriptionArn=old)
    sns.unsubscribe(SubscriptionArn=old)
    listed = [each["SubscriptionArn"] for each in sns.list_subscriptions()["Subscriptions"]]
    assert old not in listed
    assert new in listed


@pytest.mark.gap("sns", "a subject that SNS refuses is refused", plain="DID NOT RAISE")
@pytest.mark.parametrize("subject", ["x" * 100, "two\nlines", "tab\there"])
def test_a_subject_that_sns_refuses_is_refused(localstack: LocalStack, subject: str) -> None:
    topic = subscribed_topic(localstack, "someone@example.com")
    with pytest.raises(ClientError, match="Invalid parameter: Subject"):
        localstack.client("sns").publish(TopicArn=topic, Subject=subject, Message="text")


@pytest.mark.gap(
    "sns", "an alarm comes as readable text", plain="SNS-Subscriber-Endpoint.*AWSAccountId"
)
def test_an_alarm_mail_is_readable_text(localstack: LocalStack, address: str) -> None:
    topic = subscribed_topic(localstack, address)
    name = f"alarm-{uuid.uuid4().hex[:8]}"
    cloudwatch = localstack.client("cloudwatch")
    cloudwatch.put_metric_alarm(
        AlarmName=name,
        AlarmDescription="messages nobody could process",
        Namespace="AWS/SQS",
        MetricName="ApproximateNumberOfMessagesVisible",
        Dimensions=[{"Name": "QueueName", "Value": "pipeline-dlq"}],
        Statistic="Maximum",
        Period=300,
        EvaluationPeriods=1,
        Threshold=0,
        ComparisonOperator="GreaterThanThreshold",
        AlarmActions=[topic],
    )
    cloudwatch.set_alarm_state(AlarmName=name, StateValue="ALARM", StateReason="by hand")

    subject = f'ALARM: "{name}" in Asia Pacific (Singapore)'
    text = mail_with_subject(localstack, address, subject)["Body"]["text_part"]
    assert text.startswith(
        f'You are receiving this email because your Amazon CloudWatch Alarm "{name}" in the '
        f'Asia Pacific (Singapore) region has entered the ALARM state, because "by hand"'
    )
    assert "- Description:             messages nobody could process" in text
    assert "- Dimensions:       [QueueName = pipeline-dlq]" in text


@pytest.mark.gap("sns", "a text message is shown beside the mails", plain="; {}")
def test_a_text_message_is_shown_beside_the_mails(localstack: LocalStack) -> None:
    phone = "+66812345678"
    localstack.client("sns").publish(PhoneNumber=phone, Message="file done")
    mail = mail_with_subject(localstack, phone, "SMS")
    assert mail["Body"]["text_part"] == "file done"


def test_by_default_the_emulator_confirms_an_address_in_its_owners_place_and_says_so(
    localstack: LocalStack, address: str
) -> None:
    topic = subscribed_topic(localstack, address)
    listed = localstack.client("sns").list_subscriptions_by_topic(TopicArn=topic)
    assert listed["Subscriptions"][0]["SubscriptionArn"].startswith(topic)
    assert f"confirmed {address} for {topic} in its owner's place" in localstack.log


@pytest.fixture(scope="module")
def mail_server() -> Iterator[MailServer]:
    with serving(MailServer(free_port())) as server:
        yield server


@pytest.fixture(scope="module")
def asking(
    tmp_path_factory: pytest.TempPathFactory, mail_server: MailServer
) -> Iterator[LocalStack]:
    """A LocalStack that leaves the confirmation to people and relays mail."""
    environment = {
        "LAB_CONFIRM_EMAIL": "ask",
        "SMTP_HOST": mail_server.address,
    }
    with start_localstack(tmp_path_factory.mktemp("asking"), environment) as instance:
        yield instance


@pytest.mark.gap("sns", "an address has to be confirmed", plain=r"== \['PendingConfirmation'\]")
def test_an_address_gets_nothing_before_its_owner_opens_the_link_and_mail_after(
    asking: LocalStack, address: str
) -> None:
    sns = asking.client("sns")
    topic = subscribed_topic(asking, address)
    listed = sns.list_subscriptions_by_topic(TopicArn=topic)["Subscriptions"]
    assert [s["SubscriptionArn"] for s in listed] == ["PendingConfirmation"]

    sns.publish(TopicArn=topic, Subject="too early", Message="text")
    question = mail_with_subject(asking, address, "AWS Notification - Subscription Confirmation")
    link = re.search(r"http://\S+", question["Body"]["text_part"])
    assert link
    wrong = requests.get(link[0].replace("Token=", "Token=00"), timeout=60)
    assert wrong.status_code == 400
    assert "Subscription confirmed!" in requests.get(link[0], timeout=60).text

    sns.publish(TopicArn=topic, Subject="in time", Message="text")
    mail_with_subject(asking, address, "in time")
    assert "too early" not in [mail["Subject"] for mail in mails_to(asking, address)]


@pytest.mark.gap("sns", "mail is relayed to SMTP_HOST", plain=r"last seen: \[\]")
def test_mail_is_relayed_to_the_mail_server_of_smtp_host(
    asking: LocalStack, address: str, mail_server: MailServer
) -> None:
    subscribed_topic(asking, address)

    [letter] = wait_for("the relayed letter", lambda: mail_server.letters_to(address))
    assert letter["Subject"] == "AWS Notification - Subscription Confirmation"
    assert letter["From"] == "CSV Pipeline <no-reply@sns.amazonaws.com>"
    mail_with_subject(asking, address, letter["Subject"])
    assert f"copies of mails go to the mail server {mail_server.address}" in asking.log


def subjects(server: MailServer, recipient: str) -> list[str]:
    return [letter["Subject"] for letter in server.letters_to(recipient)]


def test_a_mail_server_that_is_away_costs_no_mail_and_is_told_once(
    tmp_path: Path, address: str
) -> None:
    port = free_port()
    with start_localstack(tmp_path, {"SMTP_HOST": f"127.0.0.1:{port}"}) as localstack:
        topic = subscribed_topic(localstack, address)
        for number in range(3):
            localstack.client("sns").publish(TopicArn=topic, Subject=f"no. {number}", Message="-")
        for number in range(3):
            mail_with_subject(localstack, address, f"no. {number}")
        told = f"SMTP_HOST: 127.0.0.1:{port} took no copy of a mail"
        wait_for("the warning", lambda: told in localstack.log)

        with serving(MailServer(port)) as server:
            localstack.client("sns").publish(TopicArn=topic, Subject="at last", Message="-")
            wait_for("the relayed letter", lambda: "at last" in subjects(server, address))

        # The confirmation and the three were before it, and letters go one after the other.
        missed = 5 - len(subjects(server, address))
        over = f"takes mail again; mails that stand in the inbox only: {missed}"
        wait_for("the word that it is over", lambda: over in localstack.log)
        assert localstack.log.count(told) == 1


def test_a_json_mail_holds_the_whole_notification(localstack: LocalStack, address: str) -> None:
    sns = localstack.client("sns")
    topic = sns.create_topic(Name=f"topic-{uuid.uuid4().hex[:8]}")["TopicArn"]
    sns.subscribe(TopicArn=topic, Protocol="email-json", Endpoint=address)
    sns.publish(TopicArn=topic, Subject="as json", Message="text")
    mail = mail_with_subject(localstack, address, "as json")
    assert json.loads(mail["Body"]["text_part"])["Message"] == "text"

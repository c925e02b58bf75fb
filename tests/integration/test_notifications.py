"""What people and programs are told: mail, subject, the copy for integrations."""

from __future__ import annotations

import json
import re
import secrets
import unicodedata
from typing import TYPE_CHECKING

import pytest

from lab.promise.evidence import read_mails, recipient_of_mails
from tests.integration.sales_files import BAD_SCHEMA, ONE_SALE, SAMPLE_SALES
from tests.waiting import wait_until

if TYPE_CHECKING:
    from lab.promise.evidence import Mail
    from tests.integration.lab_under_test import LabUnderTest


def test_the_success_mail_tells_file_job_rows_revenue_and_result(lab: LabUnderTest) -> None:
    """Item 37."""
    upload = lab.upload("sample_sales.csv", SAMPLE_SALES)
    outcome = lab.outcome_of(upload)

    mail = lab.mail_of(outcome.job_id)

    file_name = upload.key.rsplit("/", 1)[1]
    assert "✅" in mail.subject
    assert file_name in mail.subject
    assert mail.recipients == (recipient_of_mails(lab),)
    for said in (file_name, outcome.job_id, "7,200.00", outcome.key):
        assert said in mail.text
    assert re.search(r"(?<!\d)5(?!\d)", mail.text.replace(file_name, "")), "the rows are not told"


def test_a_text_message_is_in_the_inbox_beside_the_mails(lab: LabUnderTest) -> None:
    lab.needs_a_lab("the mail page")
    phone = f"+668{secrets.randbelow(10**8):08}"

    lab.client("sns").publish(PhoneNumber=phone, Message="ไฟล์เสร็จแล้ว")

    def look() -> Mail | None:
        mails = read_mails(lab)
        return next((mail for mail in mails if mail.recipients == (phone,)), None)

    shown = wait_until("the text message in the inbox", look)
    assert (shown.subject, shown.text) == ("SMS", "ไฟล์เสร็จแล้ว")


def test_the_failure_mail_tells_the_reason_and_where_the_file_is(lab: LabUnderTest) -> None:
    """Item 37."""
    outcome = lab.outcome_of(lab.upload("bad_schema.csv", BAD_SCHEMA))

    mail = lab.mail_of(outcome.job_id)

    assert "❌" in mail.subject
    assert "✅" not in mail.subject + mail.text
    for said in (outcome.key, *outcome.body["message"].split(" / "), "order_id", "date"):
        assert said in mail.text


@pytest.mark.parametrize(
    ("body", "status"),
    [
        pytest.param(SAMPLE_SALES, "success", id="a result"),
        pytest.param(BAD_SCHEMA, "failed", id="a failure"),
    ],
)
def test_the_copy_for_integrations_carries_the_outcome_as_an_attribute(
    lab: LabUnderTest, body: bytes, status: str
) -> None:
    """Items 36 and 37: programs read the queue and filter by the attribute, not by the text."""
    outcome = lab.outcome_of(lab.upload("sales.csv", body))

    copy = json.loads(lab.notifications.wait_for(outcome.job_id)["Body"])

    assert copy["MessageAttributes"]["status"] == {"Type": "String", "Value": status}
    assert copy["MessageAttributes"]["job_id"]["Value"] == outcome.job_id


@pytest.mark.parametrize(
    "name",
    [
        pytest.param("ยอดขาย" * 33 + "กข.csv", id="200 Thai characters"),
        pytest.param("a" * 300 + ".csv", id="300 letters"),
        pytest.param("line\nbreak\ttab\x7f.csv", id="control characters"),
        pytest.param("😀" * 60 + ".csv", id="60 emoji"),
    ],
)
def test_a_subject_has_at_most_99_characters_and_no_control_character(
    lab: LabUnderTest, name: str
) -> None:
    """Item 38."""
    outcome = lab.outcome_of(lab.upload(name, ONE_SALE))

    mail = lab.mail_of(outcome.job_id)

    assert outcome.kind == "processed"
    assert 0 < len(mail.subject) <= 99
    assert not [sign for sign in mail.subject if unicodedata.category(sign) == "Cc"]

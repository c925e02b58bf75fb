"""Something goes wrong in a burst, and every upload still reaches exactly one outcome.

Item 49 and its relatives. Each test ends with the check of `lab/verify.py`: one outcome, one mail
that says so, right figures, nothing left in flight. A default run takes a few of these tests;
`-m faults` takes them all.
"""

from __future__ import annotations

import secrets
import time
from dataclasses import replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import pytest

from tests.integration.chaos import (
    FAULTS,
    burst,
    fault,
    nothing_announced,
    poller_paused,
    without_permission,
)
from tests.integration.faults import CRASH, faulty
from tests.integration.sales_files import BAD_SCHEMA, ONE_SALE, SAMPLE_SALES
from tests.waiting import PATIENCE, wait_until

if TYPE_CHECKING:
    from tests.integration.lab_under_test import LabUnderTest, Upload

pytestmark = [pytest.mark.faults, pytest.mark.timeout(600)]

LONG = 3 * PATIENCE
"""Seconds for a burst with retries, redeliveries and cold starts in between."""

WHILE = 5
"""Seconds for which a service is faulty: shorter than what the retries outlast."""


def rarely(*values: Any) -> Any:
    """A case for `-m faults` alone."""
    return pytest.param(*values, marks=pytest.mark.every_fault)


@pytest.mark.parametrize(
    ("function", "point", "operation"),
    [
        rarely("csv-validator", "before", None),
        ("csv-validator", "during", "SendMessage"),
        rarely("csv-validator", "during", "GetObject"),
        rarely("csv-validator", "after", None),
        rarely("csv-processor", "before", None),
        rarely("csv-processor", "during", "StartExecution"),
        ("csv-processor", "after", None),
        rarely("parse-csv", "before", None),
        rarely("parse-csv", "during", None),
        rarely("parse-csv", "after", None),
        rarely("validate-schema", "before", None),
        rarely("validate-schema", "after", None),
        rarely("transform-data", "before", None),
        rarely("transform-data", "during", "PutObject"),
        ("transform-data", "after", None),
        rarely("move-to-failed", "before", None),
        rarely("move-to-failed", "during", "CopyObject"),
        rarely("move-to-failed", "during", "PutObject"),
        ("move-to-failed", "during", "DeleteObject"),
        rarely("move-to-failed", "after", None),
        rarely("send-notification", "before", None),
        rarely("send-notification", "during", "Publish"),
        ("send-notification", "after", None),
    ],
)
def test_49_a_process_that_is_killed_loses_and_duplicates_nothing(
    lab: LabUnderTest, function: str, point: str, operation: str | None
) -> None:
    with fault(lab, kind="kill", target=function, at=point, operation=operation, calls=2):
        uploads = burst(lab)
        mailed_twice = function == "send-notification" and point == "after"
        lab.assert_every_promise_is_kept(uploads, within=LONG, mails_may_repeat=mailed_twice)


@pytest.mark.parametrize(
    "function",
    [
        rarely("csv-validator"),
        rarely("csv-processor"),
        rarely("parse-csv"),
        rarely("validate-schema"),
        rarely("transform-data"),
        "move-to-failed",
        rarely("send-notification"),
    ],
)
def test_a_function_that_outgrows_its_memory_twice_loses_and_duplicates_nothing(
    lab: LabUnderTest, function: str
) -> None:
    """It is killed when the memory watch looks, which may be after its work was done."""
    with fault(lab, kind="memory", target=function, calls=2):
        uploads = burst(lab)
        mailed_twice = function == "send-notification"
        lab.assert_every_promise_is_kept(uploads, within=LONG, mails_may_repeat=mailed_twice)


@pytest.mark.every_fault
def test_a_file_that_is_too_much_for_the_memory_is_a_failure_after_a_second_try(
    lab: LabUnderTest,
) -> None:
    with fault(lab, kind="memory", target="parse-csv", calls=2) as outgrown:
        upload = lab.upload("too_much.csv", SAMPLE_SALES)
        lab.assert_every_promise_is_kept([upload], within=LONG)
        assert outgrown.struck() == 2

    [outcome] = lab.outcomes(upload.key)
    assert outcome.reason == "processing_error"
    assert outcome.body["details"]["error_type"] == "Runtime.OutOfMemory"


@pytest.mark.every_fault
def test_49_a_job_whose_transform_is_lost_again_and_again_has_one_outcome_a_failure(
    lab: LabUnderTest,
) -> None:
    with fault(lab, kind="kill", target="transform-data", at="after", calls=2):
        upload = lab.upload("unlucky.csv", SAMPLE_SALES)
        lab.assert_every_promise_is_kept([upload], within=LONG)

    [outcome] = lab.outcomes(upload.key)
    assert outcome.reason == "processing_error"


@pytest.mark.parametrize(
    ("service", "kind"),
    [
        ("s3", "throttle"),
        rarely("s3", "error"),
        rarely("s3", "slow"),
        rarely("sqs", "throttle"),
        ("sqs", "error"),
        rarely("sqs", "slow"),
        ("stepfunctions", "throttle"),
        rarely("stepfunctions", "error"),
        rarely("stepfunctions", "slow"),
        rarely("sns", "throttle"),
        ("sns", "error"),
        rarely("sns", "slow"),
        rarely("lambda", "throttle"),
        rarely("lambda", "error"),
        rarely("logs", "error"),
    ],
)
def test_a_service_that_throttles_fails_or_is_slow_for_a_while_is_outlasted(
    lab: LabUnderTest, service: str, kind: str
) -> None:
    lab.needs_a_lab(FAULTS)
    lab.outcome_of(lab.upload("warm.csv", ONE_SALE), within=LONG)
    with fault(lab, kind=kind, target=service, seconds=WHILE):
        uploads = burst(lab)
        lab.assert_every_promise_is_kept(uploads, within=LONG)


def test_a_permission_withdrawn_and_given_back_loses_nothing(lab: LabUnderTest) -> None:
    """csv-processor may start no execution: the messages stay, and come again."""
    with without_permission(lab, "csv-processor", "states:StartExecution"):
        uploads = burst(lab)
        wait_until(
            "csv-processor to be denied",
            lambda: lab.log_events(
                "csv-processor",
                "message_failed",
                uploads[0].uploaded_at,
                error="AccessDeniedException",
            ),
            seen=lambda: lab.what_happened(uploads),
        )

    lab.assert_every_promise_is_kept(uploads, within=LONG)


@pytest.mark.every_fault
def test_a_permission_that_stays_withdrawn_makes_each_good_file_a_failure(
    lab: LabUnderTest,
) -> None:
    with without_permission(lab, "transform-data", "s3:PutObject"):
        uploads = burst(lab)
        lab.assert_every_promise_is_kept(uploads, within=LONG)

    reasons = {outcome.reason for outcome in lab.outcomes_of(uploads)}
    assert reasons == {"processing_error", "missing_columns"}
    again = lab.upload("again.csv", SAMPLE_SALES)
    assert lab.outcome_of(again).kind == "processed"


def test_files_overwritten_or_deleted_while_the_queue_stands_still_have_their_reasons(
    lab: LabUnderTest,
) -> None:
    with poller_paused(lab):
        uploads = burst(lab)
        older = lab.upload("overwritten.csv", SAMPLE_SALES)
        deleted = lab.upload("deleted.csv", SAMPLE_SALES)
        _wait_until_queued(lab, [*uploads, older, deleted])
        newer = lab.put(older.key, ONE_SALE)
        lab.client("s3").delete_object(Bucket=lab.settings.raw_bucket, Key=deleted.key)

    lab.assert_every_promise_is_kept([*uploads, older, deleted, newer], within=LONG)

    assert lab.outcomes(deleted.key)[0].reason == "upload_missing"
    assert {outcome.reason for outcome in lab.outcomes(older.key)} == {None, "superseded"}


def _wait_until_queued(lab: LabUnderTest, uploads: list[Upload]) -> None:
    def all_queued() -> bool:
        queued = lab.log_events("csv-validator", "message_queued", uploads[0].uploaded_at)
        return len(queued) >= len(uploads)

    wait_until("the messages", all_queued, seen=lambda: lab.what_happened(uploads))


def test_the_same_bytes_put_twice_at_one_key_are_two_jobs(lab: LabUnderTest) -> None:
    first = lab.upload("same.csv", SAMPLE_SALES)
    second = lab.put(first.key, SAMPLE_SALES)

    lab.assert_every_promise_is_kept([first, second])

    assert [outcome.kind for outcome in lab.outcomes(first.key)] == ["processed", "processed"]


def test_17_s3_events_delivered_twice_out_of_order_and_around_midnight_make_one_job_each(
    lab: LabUnderTest,
) -> None:
    """The newer version's event comes first; the older one's says that it was replaced."""
    with nothing_announced(lab):
        older = lab.upload("versions.csv", SAMPLE_SALES)
        newer = lab.put(older.key, ONE_SALE)
        others = burst(lab)
        midnight = datetime.now(UTC).replace(hour=0, minute=0, second=0, microsecond=0)
        late = replace(others[0], uploaded_at=midnight.replace(hour=23, minute=59, second=59))
        early = replace(others[1], uploaded_at=midnight)
        events = [
            lab.s3_event(upload, sequencer=f"{number:018X}")
            for number, upload in enumerate([older, newer, late, early, *others[2:]])
        ]
        for event in [*reversed(events), *events]:
            lab.invoke("csv-validator", event)
        lab.assert_every_promise_is_kept([older, newer, *others], within=LONG)

    day = f"processed/{midnight:%Y/%m/%d}/"
    assert [lab.outcomes(each.key)[0].key[: len(day)] for each in (late, early)] == [day, day]
    assert {outcome.reason for outcome in lab.outcomes(older.key)} == {None, "superseded"}


@pytest.mark.every_fault
def test_16_a_poisoned_message_goes_to_the_dlq_and_after_the_repair_through(
    lab: LabUnderTest,
) -> None:
    token = secrets.token_hex(8)
    visibility = lab.settings.main_queue.visibility_seconds
    with faulty(lab, "csv-processor", CRASH, token=token):
        poisoned = lab.upload(f"{token}.csv", BAD_SCHEMA)
        uploads = burst(lab)
        lab.dlq.wait_for(token, within=PATIENCE + 4 * visibility)

    lab.dlq.redrive_to(lab.main_queue)

    lab.assert_every_promise_is_kept([poisoned, *uploads], within=LONG)


@pytest.mark.every_fault
def test_a_function_that_times_out_ends_in_a_failure_that_says_so(lab: LabUnderTest) -> None:
    client = lab.client("lambda")
    usual = lab.settings.functions["transform-data"].timeout_seconds
    client.update_function_configuration(FunctionName="transform-data", Timeout=3)
    try:
        client.get_waiter("function_updated_v2").wait(FunctionName="transform-data")
        role = lab.settings.functions["transform-data"].role_name
        with fault(lab, kind="slow", target="s3", delay=6, role=role, calls=2):
            uploads = burst(lab)
            lab.assert_every_promise_is_kept(uploads, within=LONG)
    finally:
        client.update_function_configuration(FunctionName="transform-data", Timeout=usual)
        client.get_waiter("function_updated_v2").wait(FunctionName="transform-data")

    reasons = [outcome.reason for outcome in lab.outcomes_of(uploads)]
    assert "processing_error" in reasons


@pytest.mark.every_fault
def test_several_faults_at_once_are_outlasted(lab: LabUnderTest) -> None:
    with (
        fault(lab, kind="throttle", target="s3", seconds=WHILE),
        fault(lab, kind="slow", target="sqs", delay=1, seconds=WHILE),
        fault(lab, kind="kill", target="transform-data", at="after"),
        fault(lab, kind="kill", target="csv-processor", at="after"),
        fault(lab, kind="kill", target="send-notification", at="after"),
    ):
        uploads = burst(lab)
        time.sleep(1)
        uploads += burst(lab)
        lab.assert_every_promise_is_kept(uploads, within=LONG, mails_may_repeat=True)

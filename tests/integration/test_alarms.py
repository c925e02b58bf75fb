"""What CloudWatch sees of a run: metrics that really exist, alarms that go off and send mail."""

from __future__ import annotations

import secrets
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import pytest

from lab.promise.evidence import read_mails
from tests.integration.sales_files import BAD_SCHEMA, ONE_SALE
from tests.waiting import PATIENCE, wait_until

if TYPE_CHECKING:
    from tests.integration.lab_under_test import LabUnderTest

GAUGE_INTERVAL = min(60.0, PATIENCE)
"""Seconds between two reports of a queue's depth (AWS: each minute)."""

LATELY = timedelta(hours=3)


def _alarm_patience(lab: LabUnderTest) -> float:
    longest = max(alarm.period_seconds for alarm in lab.settings.alarms)
    return PATIENCE + GAUGE_INTERVAL + 2 * longest


def _alarm_mails(lab: LabUnderTest, alarm: str, since: datetime) -> list[str]:
    """The mails that tell of this alarm going off since then."""
    return [
        mail.subject
        for mail in read_mails(lab)
        if alarm in mail.subject and "ALARM" in mail.subject and mail.sent >= since
    ]


def _wait_for_alarm_mail(lab: LabUnderTest, alarm: str, since: datetime) -> None:
    wait_until(
        f"{alarm} to go off and send its mail",
        lambda: _alarm_mails(lab, alarm, since),
        within=_alarm_patience(lab),
        seen=lambda: lab.client("cloudwatch").describe_alarms(AlarmNames=[alarm])["MetricAlarms"],
    )


def _wait_for_calm(lab: LabUnderTest, alarm: str) -> None:
    cloudwatch = lab.client("cloudwatch")

    def look() -> bool:
        [seen] = cloudwatch.describe_alarms(AlarmNames=[alarm])["MetricAlarms"]
        return bool(seen["StateValue"] != "ALARM")

    wait_until(f"{alarm} to leave ALARM", look, within=_alarm_patience(lab))


def test_a_message_in_the_dlq_sets_off_its_alarm_which_sends_a_mail(lab: LabUnderTest) -> None:
    """Items 16 and 44."""
    token = secrets.token_hex(8)
    _wait_for_calm(lab, lab.settings.dlq_alarm.name)
    since = datetime.now(UTC) - timedelta(seconds=1)
    lab.client("sqs").send_message(QueueUrl=lab.dlq.url, MessageBody=f"given up, {token}")
    try:
        _wait_for_alarm_mail(lab, lab.settings.dlq_alarm.name, since)
    finally:
        lab.dlq.take(token)


def test_a_failed_execution_sets_off_its_alarm_which_sends_a_mail(lab: LabUnderTest) -> None:
    """Item 44: the metric that LocalStack alone does not have."""
    # Only a change of state sends a mail: what failed a moment ago must have been forgotten.
    _wait_for_calm(lab, lab.settings.execution_failures_alarm.name)
    since = datetime.now(UTC) - timedelta(seconds=1)

    lab.outcome_of(lab.upload("bad_schema.csv", BAD_SCHEMA))

    _wait_for_alarm_mail(lab, lab.settings.execution_failures_alarm.name, since)


@pytest.mark.parametrize(
    "alarm_name",
    ["pipeline-transform-errors", "pipeline-dlq-messages", "pipeline-execution-failures"],
)
def test_the_metric_of_each_alarm_has_data_after_a_run(lab: LabUnderTest, alarm_name: str) -> None:
    """Item 44: an alarm on a metric that nobody writes would be green for ever."""
    cloudwatch = lab.client("cloudwatch")
    [alarm] = cloudwatch.describe_alarms(AlarmNames=[alarm_name])["MetricAlarms"]
    lab.outcomes_of([lab.upload("good.csv", ONE_SALE), lab.upload("bad.csv", BAD_SCHEMA)])

    wait_until(
        f"data of {alarm['Namespace']} {alarm['MetricName']} {alarm['Dimensions']}",
        lambda: cloudwatch.get_metric_statistics(
            Namespace=alarm["Namespace"],
            MetricName=alarm["MetricName"],
            Dimensions=alarm["Dimensions"],
            StartTime=datetime.now(UTC) - timedelta(hours=1),
            EndTime=datetime.now(UTC) + timedelta(minutes=1),
            Period=60,
            Statistics=[alarm["Statistic"]],
        )["Datapoints"],
        within=PATIENCE + GAUGE_INTERVAL,
    )


def _counted(lab: LabUnderTest, metric: str) -> float:
    """What a metric filter has counted lately."""
    datapoints = lab.client("cloudwatch").get_metric_statistics(
        Namespace=lab.settings.metric_namespace,
        MetricName=metric,
        StartTime=datetime.now(UTC) - LATELY,
        EndTime=datetime.now(UTC) + timedelta(minutes=1),
        Period=60,
        Statistics=["Sum"],
    )["Datapoints"]
    return float(sum(point["Sum"] for point in datapoints))


@pytest.mark.parametrize(
    ("metric", "event", "body"),
    [
        pytest.param("FilesValid", "file_validated", ONE_SALE, id="valid files"),
        pytest.param("FilesRejected", "file_rejected", "", id="rejected files"),
    ],
)
def test_the_metric_filters_count_n_for_n_files(
    lab: LabUnderTest, metric: str, event: str, body: str
) -> None:
    """Items 11 and 45. Other tests' files are counted too, so the logs say what N is."""
    uploads = [lab.upload("count.csv", body) for _ in range(5)]
    lab.outcomes_of(uploads)

    def logged() -> int:
        return len(lab.log_events("csv-validator", event, datetime.now(UTC) - LATELY))

    wait_until(
        f"{metric} to be as many as the {event} in the logs",
        lambda: len(uploads) <= logged() == _counted(lab, metric),
        within=PATIENCE + GAUGE_INTERVAL,
        seen=lambda: f"{_counted(lab, metric)} counted, {logged()} logged",
    )

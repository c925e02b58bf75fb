"""CloudWatch: metrics of the student's own, and what they count."""

import secrets
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Final

from course.case import Case
from course.evidence import invocations
from course.finding import NOTHING, Finding, failed, missing, passed
from course.language import Text
from course.listing import listed
from course.probes import probes
from course.probes.buckets import list_keys
from course.probes.functions import configuration
from course.probes.state_machines import described_machine
from course.sales import sales_file

LOGGED_WITHIN_SECONDS: Final = 20.0
COUNTED_WITHIN_SECONDS: Final = 5.0
"""A metric filter counts a line as soon as it is in the log; AWS takes up to a minute."""

_AN_HOUR: Final = timedelta(hours=1)

Counts = dict[str, float]


def own_counts(case: Case) -> Counts:
    """The sums of all metrics of the last hour that no AWS service makes, by name."""
    cloudwatch = case.client("cloudwatch")
    sums: Counts = {}
    for namespace, name, dimensions in _own_metrics(case):
        points = cloudwatch.get_metric_statistics(
            Namespace=namespace,
            MetricName=name,
            Dimensions=dimensions,
            StartTime=case.began - _AN_HOUR,
            EndTime=datetime.now(UTC) + _AN_HOUR,
            Period=60,
            Statistics=["Sum"],
        )["Datapoints"]
        label = f"{namespace}/{name}" + "".join(f" {each['Value']}" for each in dimensions)
        sums[label] = sum(point["Sum"] for point in points)
    return sums


@probes
def metrics_count_files(case: Case, *, function: str) -> Finding:
    """One metric rises by one for a valid file, another by one for a file that is rejected."""
    if configuration(case, function) is None:
        return missing(function)
    body = sales_file(case.sandbox.seed("counted"), 2).body
    valid = _risen(case, function, {_upload_key("counted.csv"): body})
    rejected = _risen(case, function, {_upload_key("counted.txt"): body})
    case.seen["risen"] = (valid, rejected)
    counts_valid = [name for name, by in valid.items() if by == 1 and name not in rejected]
    counts_rejected = [name for name, by in rejected.items() if by == 1 and name not in valid]
    if counts_valid and counts_rejected:
        return passed(Text.same(f"{counts_valid[0]}, {counts_rejected[0]}"))
    return failed(
        Text(
            th="metric หนึ่งเพิ่ม 1 เมื่อไฟล์ดี อีกตัวเพิ่ม 1 เมื่อไฟล์ถูก rejected",
            en="one metric rises by 1 for a good file, another by 1 for a rejected one",
        ),
        Text.same(f".csv: {_in_words(valid)}; .txt: {_in_words(rejected)}")
        if valid or rejected
        else NOTHING,
        "aws cloudwatch list-metrics",
    )


@probes
def metric_counts_failures(case: Case, *, machine: str, function: str) -> Finding:
    """A metric of the student's own rises by two when two files go to failed/.

    One is no CSV, the other lacks a column: week 1's own metrics rise for one of them only.
    """
    if described_machine(case, machine) is None:
        return missing(machine)
    good = sales_file(case.sandbox.seed("failures"), 2).body
    files = {
        _upload_key("failure.txt"): good,
        _upload_key("failure.csv"): good.replace(b"order_id", b"number", 1),
    }
    risen = _risen(case, function, files)
    case.seen["risen"] = risen  # only now: until then what has not risen may still do so
    counting = [name for name, by in risen.items() if by == len(files)]
    if counting:
        return passed(Text.same(counting[0]))
    return failed(
        Text(th="metric หนึ่งเพิ่มขึ้น 2 จากสองไฟล์", en="a metric rises by 2 for two files"),
        Text.same(_in_words(risen)) if risen else NOTHING,
        "aws cloudwatch list-metrics",
    )


def _in_words(risen: Counts) -> str:
    return ", ".join(f"{name} +{by:g}" for name, by in sorted(risen.items())) or "-"


def _upload_key(name: str) -> str:
    return f"uploads/{secrets.token_hex(3)}-{name}"


def _risen(case: Case, function: str, files: dict[str, bytes]) -> Counts:
    """Upload files and wait until they are counted; what has risen, and by how much.

    Args:
        case: The check.
        function: Its last line about a file is in the log before anything is counted: a metric that
            counts too much has all of it by then.
        files: By key.
    """
    s3, before = case.client("s3"), own_counts(case)
    for key, body in files.items():
        s3.put_object(Bucket=case.raw_bucket, Key=key, Body=body)
    risen: Counts = {}

    def is_logged() -> bool:
        ended = [
            each
            for each in invocations(case.client("logs"), function, case.began)
            if each.has_ended
        ]
        return all(any(each.mentions(key) for each in ended) for key in files)

    def is_counted() -> bool:
        by = {name: total - before.get(name, 0) for name, total in own_counts(case).items()}
        risen.update({name: more for name, more in by.items() if more > 0})
        return any(more >= len(files) for more in risen.values())

    try:
        case.wait_until(is_logged, within_seconds=LOGGED_WITHIN_SECONDS)
        case.wait_until(is_counted, within_seconds=COUNTED_WITHIN_SECONDS)
    finally:
        for key in files:
            token = key.removeprefix("uploads/").partition("-")[0]
            for each in (key, *list_keys(case, "failed/", token)):
                s3.delete_object(Bucket=case.raw_bucket, Key=each)
    return risen


def _own_metrics(case: Case) -> Iterator[tuple[str, str, list[dict[str, str]]]]:
    for each in listed(case.client("cloudwatch"), "list_metrics", "Metrics"):
        if not each["Namespace"].startswith("AWS/"):
            yield each["Namespace"], each["MetricName"], each.get("Dimensions", [])

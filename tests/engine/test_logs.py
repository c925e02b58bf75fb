"""Metric filters, pattern search and embedded metrics."""

import json
import time
import uuid
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from botocore.exceptions import ClientError

from tests.engine.conftest import LocalStack

LINE = json.dumps(
    {"event": "file_validated", "rows": 5, "ok": True, "note": None, "deep": {"list": ["q", 2]}}
)


def create_log_group(localstack: LocalStack) -> str:
    name = f"group-{uuid.uuid4().hex[:8]}"
    logs = localstack.client("logs")
    logs.create_log_group(logGroupName=name)
    logs.create_log_stream(logGroupName=name, logStreamName="stream")
    return name


def put_lines(localstack: LocalStack, log_group: str, lines: list[str]) -> None:
    now = int(time.time() * 1000)
    localstack.client("logs").put_log_events(
        logGroupName=log_group,
        logStreamName="stream",
        logEvents=[{"timestamp": now, "message": line} for line in lines],
    )


def sum_of(localstack: LocalStack, namespace: str, metric: str) -> tuple[float, float] | None:
    """Sum and count of a metric without dimensions."""
    now = datetime.now(UTC)
    points = localstack.client("cloudwatch").get_metric_statistics(
        Namespace=namespace,
        MetricName=metric,
        StartTime=now - timedelta(minutes=30),
        EndTime=now + timedelta(minutes=5),
        Period=3600,
        Statistics=["Sum", "SampleCount"],
    )["Datapoints"]
    return (points[0]["Sum"], points[0]["SampleCount"]) if points else None


def put_filter(localstack: LocalStack, log_group: str, pattern: str, **transformation: Any) -> None:
    localstack.client("logs").put_metric_filter(
        logGroupName=log_group,
        filterName="valid-files",
        filterPattern=pattern,
        metricTransformations=[transformation],
    )


@pytest.mark.gap(
    "logs", "a metric filter counts only what matches its pattern", plain=r"assert \(5.0, 5.0\) =="
)
@pytest.mark.parametrize(
    "pattern",
    ['{ $.event = "file_validated" }', "file_validated", "file_validated -other", "?rows ?nothing"],
)
def test_45_a_metric_filter_counts_what_matches_its_pattern(
    localstack: LocalStack, pattern: str
) -> None:
    group = create_log_group(localstack)
    put_filter(localstack, group, pattern, **each_is_one(group))
    put_lines(localstack, group, ["START RequestId: 1", LINE, LINE, '{"event": "other"}', "END"])
    assert sum_of(localstack, group, "FilesValid") == (2, 2)


@pytest.mark.gap(
    "logs", "a metric filter counts its own group only", plain=r"assert \(2.0, 2.0\) == \(1, 1\)"
)
def test_45_a_metric_filter_counts_the_lines_of_its_own_group(localstack: LocalStack) -> None:
    group, other = create_log_group(localstack), create_log_group(localstack)
    put_filter(localstack, group, "file_validated", **each_is_one(group))
    put_lines(localstack, group, [LINE])
    put_lines(localstack, other, [LINE])
    assert sum_of(localstack, group, "FilesValid") == (1, 1)


@pytest.mark.gap(
    "logs", "a metric filter replaces one of its name", plain=r"assert \(2.0, 2.0\) == \(1, 1\)"
)
def test_a_metric_filter_replaces_the_one_of_its_name(localstack: LocalStack) -> None:
    group = create_log_group(localstack)
    for _ in range(2):
        put_filter(localstack, group, "file_validated", **each_is_one(group))
    put_lines(localstack, group, [LINE])
    assert sum_of(localstack, group, "FilesValid") == (1, 1)


def each_is_one(namespace: str) -> dict[str, str]:
    """The transformation that counts lines."""
    return {"metricName": "FilesValid", "metricNamespace": namespace, "metricValue": "1"}


@pytest.mark.gap(
    "logs",
    "a metric filter takes its value from the line",
    plain=r"assert \(3.0, 3.0\) == \(10, 3\)",
)
def test_a_metric_filter_takes_its_value_from_the_line_and_a_default_without_one(
    localstack: LocalStack,
) -> None:
    group = create_log_group(localstack)
    wanted = {"metricName": "Rows", "metricNamespace": group, "metricValue": "$.rows"}
    put_filter(localstack, group, "{ $.rows > 0 }", **wanted, defaultValue=0)
    put_lines(localstack, group, [LINE, LINE])
    put_lines(localstack, group, ["nothing here"])
    assert sum_of(localstack, group, "Rows") == (10, 3)


@pytest.mark.gap("logs", "a malformed pattern is refused", plain="DID NOT RAISE")
def test_a_malformed_pattern_is_refused_when_the_filter_is_created(localstack: LocalStack) -> None:
    group = create_log_group(localstack)
    wanted = {"metricName": "Rows", "metricNamespace": group, "metricValue": "1"}
    with pytest.raises(ClientError, match="Invalid filter pattern"):
        put_filter(localstack, group, "{ $.event = ", **wanted)


@pytest.mark.gap("logs", "a search finds what matches its pattern only", plain="something else")
def test_a_search_finds_the_lines_of_its_pattern_only(localstack: LocalStack) -> None:
    group = create_log_group(localstack)
    put_lines(localstack, group, [LINE, "something else"])
    found = localstack.client("logs").filter_log_events(
        logGroupName=group, filterPattern="{ $.rows = 5 }"
    )
    assert [event["message"] for event in found["events"]] == [LINE]


@pytest.mark.gap("logs", "the tags of a log group are kept", plain="assert {} ==")
@pytest.mark.parametrize("by_name", [False, True])
def test_a_log_group_that_was_made_without_tags_can_be_given_some(
    localstack: LocalStack, by_name: bool
) -> None:
    logs, group = localstack.client("logs"), create_log_group(localstack)
    [found] = logs.describe_log_groups(logGroupNamePrefix=group)["logGroups"]
    arn = found["arn"].removesuffix(":*")
    for tags in ({"lab": "mine"}, {"owner": "malee"}):
        if by_name:
            logs.tag_log_group(logGroupName=group, tags=tags)
        else:
            logs.tag_resource(resourceArn=arn, tags=tags)
    assert logs.list_tags_for_resource(resourceArn=arn)["tags"] == {"lab": "mine", "owner": "malee"}


@pytest.mark.gap("logs", "embedded metrics are extracted", plain="assert None ==")
def test_embedded_metrics_are_extracted_from_a_line(localstack: LocalStack) -> None:
    group = create_log_group(localstack)
    metadata = {
        "Timestamp": int(time.time() * 1000),
        "CloudWatchMetrics": [
            {
                "Namespace": group,
                "Dimensions": [[]],
                "Metrics": [{"Name": "Latency", "Unit": "Milliseconds"}],
            }
        ],
    }
    put_lines(localstack, group, [json.dumps({"_aws": metadata, "Latency": 7}), '{"_aws": 1}'])
    assert sum_of(localstack, group, "Latency") == (7, 1)

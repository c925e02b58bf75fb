"""Metrics as CloudWatch stores and answers them, and those of Step Functions and Lambda."""

import uuid
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from botocore.exceptions import ClientError

from tests.engine.conftest import LocalStack
from tests.engine.functions import create_function, create_state_machine, only
from tests.engine.waiting import wait_for_execution

SUCCEEDS = {"Type": "Succeed"}
FAILS = {"Type": "Fail", "Error": "Broken"}


def execute(localstack: LocalStack, machine: str) -> str:
    """Runs one execution to its end and returns its status."""
    states = localstack.client("stepfunctions")
    arn = states.start_execution(stateMachineArn=machine)["executionArn"]
    return str(wait_for_execution(localstack, arn)["status"])


def stat_query(
    query_id: str, metric: str, dimension: dict[str, str], stat: str = "Sum"
) -> dict[str, Any]:
    name, value = next(iter(dimension.items()))
    namespace = "AWS/States" if name == "StateMachineArn" else "AWS/Lambda"
    return {
        "Id": query_id,
        "MetricStat": {
            "Metric": {
                "Namespace": namespace,
                "MetricName": metric,
                "Dimensions": [{"Name": name, "Value": value}],
            },
            "Period": 3600,
            "Stat": stat,
        },
    }


def values(localstack: LocalStack, *queries: dict[str, Any]) -> dict[str, float]:
    """The one value of each query over the last hour; none where there is no data."""
    now = datetime.now(UTC)
    answer = localstack.client("cloudwatch").get_metric_data(
        MetricDataQueries=list(queries),
        StartTime=now - timedelta(minutes=58),
        EndTime=now + timedelta(minutes=1),
    )
    return {r["Id"]: r["Values"][0] for r in answer["MetricDataResults"] if r["Values"]}


@pytest.mark.gap(
    "cloudwatch/metrics",
    "executions are counted by their outcome",
    plain=r"assert \{\} == \{'started'",
)
def test_44_executions_are_counted_by_their_outcome(localstack: LocalStack) -> None:
    machine = create_state_machine(localstack, only(FAILS))
    assert execute(localstack, machine) == "FAILED"
    assert execute(localstack, machine) == "FAILED"
    dimension = {"StateMachineArn": machine}
    assert values(
        localstack,
        stat_query("started", "ExecutionsStarted", dimension),
        stat_query("failed", "ExecutionsFailed", dimension),
        stat_query("succeeded", "ExecutionsSucceeded", dimension),
        stat_query("timed_out", "ExecutionsTimedOut", dimension),
        stat_query("aborted", "ExecutionsAborted", dimension),
    ) == {"started": 2, "failed": 2, "succeeded": 0, "timed_out": 0, "aborted": 0}
    assert values(localstack, stat_query("t", "ExecutionTime", dimension, "Maximum"))["t"] > 0


def test_a_machine_does_not_count_for_another_whose_name_begins_alike(
    localstack: LocalStack,
) -> None:
    name = f"m{uuid.uuid4().hex[:8]}"
    machine = create_state_machine(localstack, only(SUCCEEDS), name)
    longer = create_state_machine(localstack, only(SUCCEEDS), f"{name}f")
    assert execute(localstack, longer) == "SUCCEEDED"
    query = stat_query("n", "ExecutionsSucceeded", {"StateMachineArn": machine})
    assert values(localstack, query) == {}


@pytest.mark.gap(
    "cloudwatch/metrics",
    "a function has all its metrics, with zeros",
    # It counts in a thread of its own, after it has answered.
    plain=r"assert \{('invocations': 1.0)?\} ==",
)
def test_a_function_has_all_its_metrics_with_zeros_for_what_did_not_happen(
    localstack: LocalStack,
) -> None:
    function = create_function(
        localstack, "def handler(event, context):\n    return 1 / event['by']"
    )
    client = localstack.client("lambda")
    client.invoke(FunctionName=function, Payload=b'{"by": 1}')
    dimension = {"FunctionName": function}
    names = ["Invocations", "Errors", "Throttles", "ConcurrentExecutions"]
    queries = [stat_query(name.lower(), name, dimension, "Maximum") for name in names]
    assert values(localstack, *queries) == {
        "invocations": 1,
        "errors": 0,
        "throttles": 0,
        "concurrentexecutions": 1,
    }
    client.invoke(FunctionName=function, Payload=b'{"by": 0}')
    assert values(localstack, stat_query("e", "Errors", dimension)) == {"e": 1}
    assert values(localstack, stat_query("n", "Invocations", dimension)) == {"n": 2}
    assert 0 < values(localstack, stat_query("d", "Duration", dimension, "p90"))["d"] < 30_000


@pytest.mark.gap(
    "cloudwatch/metrics", "a function's throttles are counted", plain=r"assert \{\} == \{'t': 1\}"
)
def test_a_function_without_concurrency_left_is_throttled_and_counts_it(
    localstack: LocalStack,
) -> None:
    function = create_function(localstack, "def handler(event, context):\n    return 1")
    client = localstack.client("lambda")
    client.put_function_concurrency(FunctionName=function, ReservedConcurrentExecutions=0)
    with pytest.raises(ClientError, match="TooManyRequestsException"):
        client.invoke(FunctionName=function)
    dimension = {"FunctionName": function}
    assert values(localstack, stat_query("t", "Throttles", dimension)) == {"t": 1}
    assert values(localstack, stat_query("n", "Invocations", dimension)) == {}


@pytest.mark.gap(
    "cloudwatch/metrics", "dimensions are compared whole", plain="assert {'n': 2.0} == {}"
)
def test_a_value_of_a_dimension_does_not_count_for_another_that_begins_alike(
    localstack: LocalStack,
) -> None:
    namespace = f"Test/{uuid.uuid4().hex[:8]}"
    queue, longer = ([{"Name": "Queue", "Value": name}] for name in ("jobs", "jobs-dlq"))
    localstack.client("cloudwatch").put_metric_data(
        Namespace=namespace, MetricData=[{"MetricName": "Sent", "Value": 2, "Dimensions": longer}]
    )
    metric = {"Namespace": namespace, "MetricName": "Sent", "Dimensions": queue}
    stat = {"Metric": metric, "Period": 3600, "Stat": "Sum"}
    assert values(localstack, {"Id": "n", "MetricStat": stat}) == {}


def put_values(localstack: LocalStack, numbers: list[float]) -> dict[str, Any]:
    """Publishes a custom metric and returns what names it in a query."""
    namespace = f"Test/{uuid.uuid4().hex[:8]}"
    localstack.client("cloudwatch").put_metric_data(
        Namespace=namespace, MetricData=[{"MetricName": "Rows", "Value": n} for n in numbers]
    )
    return {"Namespace": namespace, "MetricName": "Rows"}


@pytest.mark.gap(
    "cloudwatch/metrics", "metric math is computed", plain="InternalError.*'MetricStat'"
)
@pytest.mark.parametrize(
    ("expression", "result"),
    [
        ("100 * highest / total", 40.0),
        ("(highest - 4) ^ 2", 0.0),
        ("IF(total > 9 AND highest > 3, 1, 0)", 1.0),
        ("SUM([total, highest])", 14.0),
        ("FILL(total, 0)", 10.0),
    ],
)
def test_metric_math_is_computed_from_the_other_queries(
    localstack: LocalStack, expression: str, result: float
) -> None:
    metric = put_values(localstack, [1, 2, 3, 4])
    stat = {"Metric": metric, "Period": 3600}
    answer = values(
        localstack,
        {"Id": "total", "MetricStat": stat | {"Stat": "Sum"}, "ReturnData": False},
        {"Id": "highest", "MetricStat": stat | {"Stat": "Maximum"}, "ReturnData": False},
        {"Id": "e", "Expression": expression},
    )
    assert answer == {"e": result}


@pytest.mark.gap("cloudwatch/metrics", "percentiles are computed", plain="InternalError.*'p95'")
def test_percentiles_are_computed(localstack: LocalStack) -> None:
    metric = put_values(localstack, [float(n) for n in range(101)])
    stat = {"Metric": metric, "Period": 3600, "Stat": "p95"}
    assert values(localstack, {"Id": "p", "MetricStat": stat}) == {"p": 95}
    now = datetime.now(UTC)
    answer = localstack.client("cloudwatch").get_metric_statistics(
        **metric,
        Period=3600,
        StartTime=now - timedelta(minutes=58),
        EndTime=now + timedelta(minutes=1),
        ExtendedStatistics=["p50"],
    )
    assert [p["ExtendedStatistics"] for p in answer["Datapoints"]] == [{"p50": 50}]


@pytest.mark.gap(
    "cloudwatch/metrics",
    "an expression that makes no sense is refused by name",
    plain="InternalError",
)
def test_an_expression_that_makes_no_sense_is_refused_by_name(localstack: LocalStack) -> None:
    with pytest.raises(ClientError, match="Error in expression 'e'"):
        values(localstack, {"Id": "e", "Expression": "1 +"})

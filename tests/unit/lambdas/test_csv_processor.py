"""csv-processor: one execution for each job, and only bad messages come back."""

import json
from typing import Any

import pytest
from botocore.exceptions import EndpointConnectionError

from tests.unit.lambdas.fakes import client_error
from tests.unit.lambdas.pipeline_under_test import Pipeline, s3_event


def batch(*bodies: object) -> dict[str, Any]:
    return {
        "Records": [
            {
                "messageId": f"m{number}",
                "body": body if isinstance(body, str) else json.dumps(body),
            }
            for number, body in enumerate(bodies, start=1)
        ]
    }


def a_job(name: str = "a") -> dict[str, str]:
    return {
        "job_id": f"job-{name}",
        "source_bucket": "raw",
        "source_key": f"uploads/{name}.csv",
        "destination_bucket": "processed",
        "submitted_at": "2024-01-15T10:00:00",
    }


def failures(answer: dict[str, Any]) -> list[str]:
    return [item["itemIdentifier"] for item in answer["batchItemFailures"]]


def test_a_job_starts_its_execution_with_the_message_as_input(pipeline: Pipeline) -> None:
    assert failures(pipeline.run("csv_processor", batch(a_job()))) == []
    assert json.loads(pipeline.stepfunctions.started["execution-job-a"]) == a_job()


@pytest.mark.parametrize(
    "body",
    [
        "not json",
        "[]",
        "5",
        "null",
        "",
        {},
        {**a_job(), "job_id": "a/b"},
        {**a_job(), "submitted_at": "yesterday"},
        {"Records": [{"no": "s3"}]},
        {"Records": 5},
        {"requestPayload": {"Records": [{}]}},
        {"requestPayload": None},
    ],
)
def test_15_only_the_malformed_message_of_five_is_returned(
    pipeline: Pipeline, body: object, capsys: pytest.CaptureFixture[str]
) -> None:
    messages = batch(a_job("a"), a_job("b"), body, a_job("c"), a_job("d"))
    assert failures(pipeline.run("csv_processor", messages)) == ["m3"]
    assert len(pipeline.stepfunctions.started) == 4
    lines = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert [line["message_id"] for line in lines if line["event"] == "message_failed"] == ["m3"]


def test_17_18_a_second_delivery_counts_as_success_and_starts_nothing(
    pipeline: Pipeline, capsys: pytest.CaptureFixture[str]
) -> None:
    for _ in range(2):
        assert failures(pipeline.run("csv_processor", batch(a_job(), a_job()))) == []
    assert list(pipeline.stepfunctions.started) == ["execution-job-a"]
    assert capsys.readouterr().out.count('"execution_exists"') == 3


@pytest.mark.parametrize(
    "error",
    [
        client_error("ThrottlingException", "StartExecution"),
        client_error("StateMachineDoesNotExist", "StartExecution"),
        EndpointConnectionError(endpoint_url="https://states.test"),
    ],
)
def test_a_start_that_fails_comes_again_alone(pipeline: Pipeline, error: Exception) -> None:
    pipeline.stepfunctions.faults.add("start_execution", error)
    assert failures(pipeline.run("csv_processor", batch(a_job("a"), a_job("b")))) == ["m1"]
    assert failures(pipeline.run("csv_processor", batch(a_job("a")))) == []
    assert len(pipeline.stepfunctions.started) == 2


def test_a_redriven_event_of_a_failed_validator_starts_the_job_the_validator_would_have_queued(
    pipeline: Pipeline,
) -> None:
    body = b"order_id,price\n1,2\n"
    etag = pipeline.s3.put("raw", "uploads/ยอด ขาย.csv", body)
    event = s3_event("uploads/ยอด ขาย.csv", etag=etag, size=len(body))
    envelope = {
        "version": "1.0",
        "timestamp": "2024-01-21T00:05:00.000Z",
        "requestContext": {"condition": "RetriesExhausted", "approximateInvokeCount": 3},
        "requestPayload": event,
        "responseContext": {"statusCode": 200, "functionError": "Unhandled"},
        "responsePayload": {"errorType": "TransientServiceError"},
    }
    assert failures(pipeline.run("csv_processor", batch(envelope, event))) == []
    pipeline.run("csv_validator", event)
    queued = json.loads(pipeline.sqs.sent[0]["MessageBody"])
    (started,) = map(json.loads, pipeline.stepfunctions.started.values())
    assert started == {name: started[name] for name in queued if name != "row_count"}
    assert {**queued, "submitted_at": ""} == {**started, "submitted_at": "", "row_count": 1}


def test_the_test_event_of_s3_is_done_with(pipeline: Pipeline) -> None:
    assert failures(pipeline.run("csv_processor", batch({"Event": "s3:TestEvent"}))) == []
    assert pipeline.stepfunctions.started == {}

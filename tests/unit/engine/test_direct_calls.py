"""LocalStack's calls of itself give the same by the direct way as by the usual one."""

import hashlib
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from functools import cache
from types import SimpleNamespace
from typing import Any

import pytest
from botocore.config import Config
from botocore.exceptions import ClientError, ParamValidationError
from localstack import config
from localstack.aws import handlers
from localstack.aws.api import CommonServiceException, RequestContext
from localstack.aws.api.lambda_ import ResourceNotFoundException
from localstack.aws.app import LocalstackAwsGateway
from localstack.aws.client import botocore_in_memory_endpoint_patch
from localstack.aws.connect import InternalClientFactory
from localstack.aws.handlers.service import ServiceRequestRouter
from localstack.aws.handlers.service_plugin import ServiceLoader
from localstack.aws.skeleton import Skeleton
from localstack.aws.spec import load_service
from localstack.http import Request, Response
from moto.logs.exceptions import ResourceNotFoundException as MotoResourceNotFoundException

from lab_engine.runtime import direct_calls

FUNCTION, QUEUE = "csv-validator", "http://127.0.0.1/000000000000/main"
STREAM = {"logGroupName": "/aws/lambda/a", "logStreamName": "one"}
EVENTS = [{"timestamp": 1, "message": "ไทย\n"}]
NOON, MINUTE = datetime(2026, 11, 27, 12, tzinfo=UTC), timedelta(minutes=1)
METRIC = {
    "Id": "m1",
    "MetricStat": {
        "Metric": {"Namespace": "AWS/Lambda", "MetricName": "Errors", "Dimensions": []},
        "Period": 60,
        "Stat": "Sum",
    },
}


def md5(text: str) -> str:
    return hashlib.md5(text.encode(), usedforsecurity=False).hexdigest()


type Answer = Callable[[RequestContext, dict[str, Any]], Any]


class Services:
    """A gateway whose services answer as a test says, and clients of both kinds."""

    def __init__(self) -> None:
        self.gateway = LocalstackAwsGateway()
        self.asked: list[RequestContext] = []

    @property
    def routes(self) -> dict[Any, Any]:
        routes: dict[Any, Any] = self.gateway.service_request_router.handlers
        return routes

    def answer(self, service: str, operation: str, by: Answer) -> None:
        def provide(context: RequestContext, request: Any) -> Any:
            self.asked.append(context)
            return by(context, dict(request))

        skeleton = Skeleton(load_service(service), {operation: provide})
        self.gateway.service_request_router.add_skeleton(skeleton)
        for loader in self.gateway.request_handlers:
            if isinstance(loader, ServiceLoader):
                loader.loaded_services.add(service)

    @cache  # noqa: B019 - there is one, and making a client takes long
    def client(self, service: str, *, directly: bool) -> Any:
        factory = InternalClientFactory(config=Config(retries={"total_max_attempts": 1}))
        client = factory.get_client(service, region_name="ap-southeast-1")
        return direct_calls.shorten(lambda _, same: same, factory, client) if directly else client


@pytest.fixture(scope="module")
def gateway() -> Iterator[Services]:
    services = Services()
    runtime = SimpleNamespace(components=SimpleNamespace(gateway=services.gateway))
    botocore_in_memory_endpoint_patch.apply()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("localstack.runtime.get_current_runtime", lambda: runtime)
        patch.setattr(direct_calls, "get_current_runtime", lambda: runtime)
        patch.setattr(config, "IN_MEMORY_CLIENT", True)
        yield services
    botocore_in_memory_endpoint_patch.undo()


@pytest.fixture
def services(gateway: Services, monkeypatch: pytest.MonkeyPatch) -> Services:
    monkeypatch.setattr(direct_calls, "_PROVIDERS", direct_calls._Providers())
    gateway.routes.clear()
    gateway.asked.clear()
    return gateway


def outcome(client: Any, operation: str, parameters: dict[str, Any]) -> Any:
    """What a caller can see of a call: the answer, or the error's class and content."""
    try:
        answer = getattr(client, operation)(**parameters)
    except ClientError as error:
        return type(error).__name__, seen(error.response)
    if "Payload" in answer:
        answer["Payload"] = answer["Payload"].read()
    return seen(answer)


def seen(answer: Any) -> dict[str, Any]:
    status = answer["ResponseMetadata"]["HTTPStatusCode"]
    return {**answer, "ResponseMetadata": status}


def by_both_ways(
    services: Services, service: str, operation: str, parameters: dict[str, Any]
) -> tuple[Any, Any]:
    usual, direct = (
        outcome(services.client(service, directly=way), operation, parameters)
        for way in (False, True)
    )
    return usual, direct


ANSWERS: dict[str, tuple[str, str, str, dict[str, Any], Answer]] = {
    "a payload given and returned as text": (
        "lambda", "Invoke", "invoke",
        {"FunctionName": FUNCTION, "Payload": '{"a": "ไทย"}'},
        lambda _, request: {
            "StatusCode": 200, "ExecutedVersion": "$LATEST", "FunctionError": None,
            "Payload": request["Payload"].read().decode(),
        },
    ),
    "a payload given and returned as bytes": (
        "lambda", "Invoke", "invoke",
        {"FunctionName": FUNCTION, "Payload": b"[1]", "LogType": "Tail"},
        lambda _, request: {
            "StatusCode": 200, "FunctionError": "Unhandled", "LogResult": "YQ==",
            "Payload": request["Payload"].read(),
        },
    ),
    "an event that nobody waits for": (
        "lambda", "Invoke", "invoke",
        {"FunctionName": FUNCTION, "InvocationType": "Event", "Payload": b"{}"},
        lambda *_: {"StatusCode": 202, "Payload": b""},
    ),
    "log events": (
        "logs", "PutLogEvents", "put_log_events", STREAM | {"logEvents": EVENTS},
        lambda _, request: {"nextSequenceToken": str(request["logEvents"] == EVENTS)},
    ),
    "a message that is sent": (
        "sqs", "SendMessage", "send_message", {"QueueUrl": QUEUE, "MessageBody": "a"},
        lambda *_: {"MessageId": "1", "MD5OfMessageBody": md5("a")},
    ),
    "messages that are received": (
        "sqs", "ReceiveMessage", "receive_message",
        {"QueueUrl": QUEUE, "MaxNumberOfMessages": 5, "AttributeNames": ["All"]},
        lambda *_: {
            "Messages": [
                {
                    "MessageId": "1", "ReceiptHandle": "r", "Body": "<a>&ไทย",
                    "MD5OfBody": md5("<a>&ไทย"),
                    "Attributes": {"ApproximateReceiveCount": "1"},
                    "MessageAttributes": {"b": {"DataType": "Binary", "BinaryValue": b"\x00"}},
                }
            ]
        },
    ),
    "data of a metric": (
        "cloudwatch", "GetMetricData", "get_metric_data",
        {"MetricDataQueries": [METRIC], "StartTime": NOON, "EndTime": NOON + MINUTE},
        lambda _, request: {
            "Messages": [],
            "MetricDataResults": [
                {
                    "Id": "m1", "Label": "Errors", "StatusCode": "Complete",
                    "Timestamps": [request["StartTime"]], "Values": [1.5],
                }
            ],
        },
    ),
    "no message": (
        "sqs", "ReceiveMessage", "receive_message", {"QueueUrl": QUEUE},
        lambda *_: {"Messages": None},
    ),
    "a message that is deleted": (
        "sqs", "DeleteMessage", "delete_message", {"QueueUrl": QUEUE, "ReceiptHandle": "r"},
        lambda *_: None,
    ),
}  # fmt: skip


@pytest.mark.parametrize("case", ANSWERS)
def test_an_answer_is_the_same(services: Services, case: str) -> None:
    service, operation, method, parameters, by = ANSWERS[case]
    services.answer(service, operation, by)
    usual, direct = by_both_ways(services, service, method, parameters)
    assert usual == direct
    assert len(services.asked) == 2


ERRORS: dict[str, Exception] = {
    "modeled": ResourceNotFoundException("no such function", Type="User"),
    "common": CommonServiceException("AccessDeniedException", "not authorized", 403),
    "of moto": MotoResourceNotFoundException(),
    "internal": RuntimeError("a bug"),
    "throttled": CommonServiceException("TooManyRequestsException", "Rate exceeded", 429),
}


@pytest.mark.parametrize("case", ERRORS)
def test_an_error_is_the_same(services: Services, case: str) -> None:
    def refuse(*_: Any) -> Any:
        raise ERRORS[case]

    services.answer("lambda", "Invoke", refuse)
    usual, direct = by_both_ways(services, "lambda", "invoke", {"FunctionName": FUNCTION})
    assert usual == direct
    # An error that boto tries again takes its way too, with all its attempts.
    assert len(services.asked) == (3 if case in ("internal", "throttled") else 2)


def test_the_service_is_told_the_same_of_the_caller(services: Services) -> None:
    services.answer("lambda", "Invoke", lambda *_: {"StatusCode": 200})
    for directly in (False, True):
        client = services.client("lambda", directly=directly)
        client.invoke(FunctionName=FUNCTION, _SourceArn="arn:aws:s3:::a", _ServicePrincipal="s3")
    usual, direct = services.asked
    for name in ("account_id", "region", "partition", "protocol", "internal_request_params"):
        assert getattr(usual, name) == getattr(direct, name), name
    header = "Authorization"
    assert [each.request.headers[header].partition("/")[0] for each in services.asked] == [
        usual.request.headers[header].partition("/")[0]
    ] * 2


def test_what_boto_refuses_is_refused_before_the_service_is_asked(services: Services) -> None:
    services.answer("lambda", "Invoke", lambda *_: {"StatusCode": 200})
    with pytest.raises(ParamValidationError):
        services.client("lambda", directly=True).invoke(FunctionName=5)
    assert not services.asked


def test_a_check_of_requests_can_refuse_the_call(
    services: Services, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(_chain: object, context: RequestContext, _response: object) -> None:
        raise CommonServiceException("AccessDeniedException", context.operation.name, 403)

    monkeypatch.setattr(handlers.serve_custom_service_request_handlers, "handlers", [refuse])
    services.answer("lambda", "Invoke", lambda *_: {"StatusCode": 200})
    with pytest.raises(ClientError, match="Invoke") as refused:
        services.client("lambda", directly=True).invoke(FunctionName=FUNCTION)
    assert refused.value.response["Error"]["Code"] == "AccessDeniedException"
    assert not services.asked


def test_what_stands_around_the_router_stands_around_the_call(
    services: Services, monkeypatch: pytest.MonkeyPatch
) -> None:
    routed: list[str] = []
    route = ServiceRequestRouter.__call__

    def door(router: Any, chain: Any, context: Any, response: Any) -> None:
        routed.append(context.operation.name)
        route(router, chain, context, response)

    monkeypatch.setattr(ServiceRequestRouter, "__call__", door)
    services.answer("lambda", "Invoke", lambda *_: {"StatusCode": 200})
    services.client("lambda", directly=True).invoke(FunctionName=FUNCTION)
    assert routed == ["Invoke"]


def test_an_answer_that_moto_serialized_is_parsed(services: Services) -> None:
    services.answer("logs", "PutLogEvents", lambda *_: Response('{"nextSequenceToken": "7"}'))
    direct = services.client("logs", directly=True)
    assert direct.put_log_events(**STREAM, logEvents=EVENTS)["nextSequenceToken"] == "7"


def test_a_service_that_is_not_loaded_is_called_the_usual_way(
    services: Services, monkeypatch: pytest.MonkeyPatch
) -> None:
    client = services.client("sqs", directly=True)
    called: list[str] = []
    direct: Any = client._make_api_call.__self__
    monkeypatch.setattr(direct, "_usual_call", lambda name, _parameters: called.append(name))
    client.send_message(QueueUrl=QUEUE, MessageBody="a")
    assert called == ["SendMessage"]


def test_the_request_has_no_bytes_to_read(services: Services) -> None:
    services.answer("lambda", "Invoke", lambda *_: {"StatusCode": 200})
    services.client("lambda", directly=True).invoke(FunctionName=FUNCTION)
    request: Request = services.asked[0].request
    assert request.get_data() == b""

"""All ways into a running LocalStack: its routes, calls of each protocol, and what listens."""

import contextlib
from pathlib import Path
from typing import Any

import psutil
from botocore.awsrequest import AWSPreparedRequest

from tests.engine.conftest import LocalStack

ROUTES_PAGE = "/_test/routes"
_HOOK = f"""
from localstack.services.edge import ROUTER
from localstack.services.internal import get_internal_apis

def routes(_request):
    maps = (ROUTER.url_map, get_internal_apis().url_map)
    return {{"routes": sorted({{rule.rule for each in maps for rule in each.iter_rules()}})}}

ROUTER.add("{ROUTES_PAGE}", routes)
"""

CALLS: dict[str, tuple[str, str, dict[str, Any]]] = {
    "query": ("sns", "create_topic", {"Name": "by-a-page"}),
    "json": ("sqs", "create_queue", {"QueueName": "by-a-page"}),
    "rest-json": ("lambda", "delete_function", {"FunctionName": "by-a-page"}),
    "rest-xml": ("s3", "create_bucket", {"Bucket": "by-a-page"}),
    "ec2": ("ec2", "create_vpc", {"CidrBlock": "10.0.0.0/16"}),
    "smithy-rpc-v2-cbor": ("cloudwatch", "delete_alarms", {"AlarmNames": ["by-a-page"]}),
}
"""For each protocol of AWS a call that changes something: service, operation, parameters."""

_LOADING = {
    "s3": "list_buckets",
    "sqs": "list_queues",
    "sns": "list_topics",
    "ses": "list_identities",
    "lambda": "list_functions",
    "apigateway": "get_rest_apis",
    "stepfunctions": "list_state_machines",
    "iam": "list_roles",
    "cloudwatch": "list_metrics",
    "ec2": "describe_vpcs",
}
"""A call that makes LocalStack load a service, which adds its routes."""


def lay_routes_page(folder: Path) -> None:
    """Makes the LocalStack that will be started in a folder list its routes."""
    hooks = folder / "etc" / "localstack" / "init" / "ready.d"
    hooks.mkdir(parents=True)
    (hooks / "routes.py").write_text(_HOOK)


def load(localstack: LocalStack, *services: str) -> None:
    """Has services loaded."""
    for service in services:
        getattr(localstack.client(service), _LOADING[service])()


def routes_of(localstack: LocalStack) -> list[str]:
    """What LocalStack's routers know, with the services loaded."""
    load(localstack, *_LOADING)
    routes: list[str] = localstack.page(ROUTES_PAGE)["routes"]
    return routes


def request_of(
    localstack: LocalStack, service: str, operation: str, parameters: dict[str, Any]
) -> AWSPreparedRequest:
    """The request that boto3 makes of a call, signed, and not sent."""
    made: list[AWSPreparedRequest] = []

    def keep(request: AWSPreparedRequest, **_: Any) -> None:
        made.append(request)
        raise InterruptedError

    client = localstack.client(service)
    client.meta.events.register("before-send", keep)
    with contextlib.suppress(Exception):
        getattr(client, operation)(**parameters)
    client.meta.events.unregister("before-send", keep)  # the client is shared
    [request] = made
    for name, value in list(request.headers.items()):
        if isinstance(value, bytes):
            request.headers[name] = value.decode()
    return request


def listening_of(localstack: LocalStack) -> list[tuple[str, int]]:
    """Where LocalStack and all that it started listens: address and port."""
    engine = psutil.Process(localstack.process.pid)
    return [
        (each.laddr.ip, each.laddr.port)
        for process in (engine, *engine.children(recursive=True))
        for each in process.net_connections("tcp")
        if each.status == psutil.CONN_LISTEN
    ]

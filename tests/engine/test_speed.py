"""The savings of time: what they may change, which is nothing, and what they save."""

from concurrent.futures import ThreadPoolExecutor
from types import SimpleNamespace
from typing import Any

import pytest
from localstack.services.stepfunctions.asl.parse.asl_parser import ASLParserException

from lab_engine.lambda_.warm_environments import longest_wait
from lab_engine.stepfunctions.programs import _tree, heap_key, program
from lab_engine.stepfunctions.task_clients import ClientCache
from tests.engine.conftest import LocalStack
from tests.engine.functions import create_function


@pytest.mark.parametrize(
    ("environments", "cores", "seconds"),
    [(0, 2, 0), (1, 2, 0.3), (2, 2, 2), (3, 2, 4), (7, 2, 64), (2, 8, 0.3), (1, 1, 2)],
)
def test_the_wait_for_a_warm_environment_grows_with_the_crowd(
    environments: int, cores: int, seconds: float
) -> None:
    assert longest_wait(environments, cores) == pytest.approx(seconds)


def test_a_role_s_client_is_kept_for_a_minute_and_never_given_to_another_role() -> None:
    now = 1000.0
    made: list[str] = []

    def create(_service: str, _region: str, credentials: Any) -> int:
        made.append(credentials.role_arn)
        return len(made)

    cache = ClientCache(create, lambda: now)

    def client(role: str) -> Any:
        return cache.client_for("lambda", "ap-southeast-1", SimpleNamespace(role_arn=role))

    assert [client("a"), client("a"), client("b")] == [1, 1, 2]
    now += 61
    assert client("a") == 3


def test_a_definition_is_read_once_and_a_broken_one_is_refused_each_time() -> None:
    definition = '{"StartAt": "A", "States": {"A": {"Type": "Pass", "End": true}}}'
    assert _tree(definition) is _tree(definition)
    for _ in range(2):
        with pytest.raises(ASLParserException):
            _tree('{"StartAt": ')


def test_executions_share_a_program_and_each_component_has_one_heap_key() -> None:
    definition = '{"StartAt": "A", "States": {"A": {"Type": "Pass", "End": true}}}'
    assert program(definition) is program(definition)
    with ThreadPoolExecutor(8) as threads:
        keys = set(threads.map(lambda _: heap_key(program(definition)), range(64)))
    assert len(keys) == 1
    assert heap_key(program(definition).states) not in keys


@pytest.mark.gap(
    "lambda_/warm_environments", "a burst is served by few environments", plain=r"assert \d+ < 8"
)
def test_a_burst_is_served_by_few_environments(localstack: LocalStack) -> None:
    function = create_function(
        localstack,
        "import os, time\n"
        "def handler(event, context):\n    time.sleep(0.5)\n    return os.getpid()",
        Timeout=10,
    )
    client = localstack.client("lambda")

    def invoke(_number: int) -> bytes:
        return bytes(client.invoke(FunctionName=function)["Payload"].read())

    with ThreadPoolExecutor(8) as threads:
        processes = set(threads.map(invoke, range(24)))
    # Eight callers at a time get at least eight environments from LocalStack alone.
    assert len(processes) < 8, processes

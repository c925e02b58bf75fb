"""What is listed while it grows is listed whole, never answered with an error of the server."""

import threading
import uuid
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import requests

from tests.engine.conftest import LocalStack
from tests.engine.functions import create_state_machine, only
from tests.engine.test_mail import subscribed_topic


def listed_while(grow: Callable[[int], object], times: int, look: Callable[[], object]) -> int:
    """List again and again while something is added by four threads; how often it was listed."""
    looks, grown = 0, threading.Event()

    def add_all() -> None:
        with ThreadPoolExecutor(4) as adders:
            list(adders.map(grow, range(times)))
        grown.set()

    adding = threading.Thread(target=add_all)
    adding.start()
    try:
        while not grown.is_set():
            look()
            looks += 1
    finally:
        adding.join()
    return looks


def test_executions_are_listed_while_others_start(localstack: LocalStack) -> None:
    states = localstack.client("stepfunctions")
    machine = create_state_machine(localstack, only({"Type": "Succeed"}))
    without_status: list[Any] = []

    def look() -> None:
        executions = states.list_executions(stateMachineArn=machine, maxResults=10)["executions"]
        without_status.extend(entry for entry in executions if "status" not in entry)
        for entry in executions[:1]:  # the newest: perhaps it is only about to start
            states.get_execution_history(executionArn=entry["executionArn"])

    looks = listed_while(
        lambda _: states.start_execution(stateMachineArn=machine), times=300, look=look
    )

    assert looks
    assert not without_status


def test_the_inbox_is_shown_while_mail_comes_in(localstack: LocalStack) -> None:
    topic = subscribed_topic(localstack, f"{uuid.uuid4().hex[:8]}@example.com")
    sns = localstack.client("sns")

    looks = listed_while(
        lambda _: sns.publish(TopicArn=topic, Subject="42 rows", Message="done"),
        times=300,
        look=lambda: requests.get(f"{localstack.endpoint}/_aws/ses", timeout=5).raise_for_status(),
    )

    assert looks

"""The SQS event source mapping: batch window, concurrency, visibility rule."""

import json
import time
import uuid
from collections.abc import Iterator
from typing import Any

import pytest
from botocore.exceptions import ClientError

from lab_engine.sqs.batching import concurrency
from tests.engine.conftest import LocalStack
from tests.engine.functions import create_function
from tests.engine.waiting import take_messages, wait_for, wait_for_message

REPORTS_ITS_BATCH = """
    import json, os, time, boto3

    def handler(event, context):
        bodies = [record["body"] for record in event["Records"]]
        started = time.time()
        time.sleep(float(os.environ["SECONDS"]))
        boto3.client("sqs").send_message(
            QueueUrl=os.environ["REPORTS"],
            MessageBody=json.dumps({"bodies": bodies, "from": started, "to": time.time()}),
        )
"""

SAYS_WHO_IT_IS = """
    import os, boto3

    def handler(event, context):
        boto3.client("sqs").send_message(
            QueueUrl=os.environ["ANSWERS"], MessageBody=os.environ["NAME"]
        )
"""


def create_queue(localstack: LocalStack, **attributes: str) -> tuple[str, str]:
    """A queue's URL and ARN."""
    sqs = localstack.client("sqs")
    name = f"queue-{uuid.uuid4().hex[:8]}"
    url = sqs.create_queue(QueueName=name, Attributes=attributes)["QueueUrl"]
    arn = sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["QueueArn"])["Attributes"]
    return url, arn["QueueArn"]


class Consumer:
    """A function that reads a queue and reports each batch it was given."""

    def __init__(self, localstack: LocalStack, seconds: float, **mapping: Any) -> None:
        self._localstack = localstack
        self._sqs = localstack.client("sqs")
        self._lambda = localstack.client("lambda")
        self._reports, _ = create_queue(localstack)
        self.queue, arn = create_queue(localstack, VisibilityTimeout="60")
        variables = {"REPORTS": self._reports, "SECONDS": str(seconds)}
        function = create_function(
            localstack, REPORTS_ITS_BATCH, Timeout=10, Environment={"Variables": variables}
        )
        self._mapping = self._lambda.create_event_source_mapping(
            FunctionName=function, EventSourceArn=arn, **mapping
        )["UUID"]

    def send(self, *bodies: str) -> None:
        for body in bodies:
            self._sqs.send_message(QueueUrl=self.queue, MessageBody=body)

    def batches(self, messages: int) -> list[dict[str, Any]]:
        """The batches, once they hold as many messages as were sent."""
        batches: list[dict[str, Any]] = []

        def all_there() -> bool:
            batches.extend(map(json.loads, take_messages(self._localstack, self._reports)))
            return sum(len(batch["bodies"]) for batch in batches) >= messages

        wait_for(f"{messages} messages in batches", all_there, 30, seen=lambda: batches)
        return batches

    def stop(self) -> None:
        self._lambda.delete_event_source_mapping(UUID=self._mapping)


@pytest.mark.gap(
    "sqs", "a batch is gathered over its window", plain=r"assert \[\['1'\], \['2'\]\] =="
)
def test_14_messages_that_arrive_within_the_batch_window_share_a_batch(
    localstack: LocalStack,
) -> None:
    consumer = Consumer(localstack, 0, BatchSize=5, MaximumBatchingWindowInSeconds=3)
    consumer.send("1")
    time.sleep(1)  # the second message comes later, and still within the window
    consumer.send("2")
    batches = consumer.batches(2)
    consumer.stop()
    assert [batch["bodies"] for batch in batches] == [["1", "2"]]


def test_a_full_batch_does_not_wait_for_the_window_and_never_exceeds_its_size(
    localstack: LocalStack,
) -> None:
    consumer = Consumer(localstack, 0, BatchSize=2, MaximumBatchingWindowInSeconds=20)
    started = time.monotonic()
    consumer.send("1", "2", "3", "4")
    batches = consumer.batches(4)
    consumer.stop()
    assert [len(batch["bodies"]) for batch in batches] == [2, 2]
    assert time.monotonic() - started < 20


def test_batches_are_processed_at_the_same_time(localstack: LocalStack) -> None:
    consumer = Consumer(localstack, 2, BatchSize=1)
    consumer.send("1", "2")
    batches = consumer.batches(2)
    consumer.stop()
    assert most_at_a_time(batches) == 2, batches


@pytest.mark.gap(
    "sqs", "as many batches at a time as MaximumConcurrency allows", plain="assert 1 == 2"
)
def test_no_more_batches_than_maximum_concurrency_are_processed_at_a_time(
    localstack: LocalStack,
) -> None:
    consumer = Consumer(localstack, 2, BatchSize=1, ScalingConfig={"MaximumConcurrency": 2})
    consumer.send("1", "2", "3")
    batches = consumer.batches(3)
    consumer.stop()
    assert most_at_a_time(batches) == 2, batches


@pytest.fixture
def changed_mapping(localstack: LocalStack) -> Iterator["ChangedMapping"]:
    mapping = ChangedMapping(localstack)
    yield mapping
    mapping.delete()


class ChangedMapping:
    """A mapping from a queue to one of two functions, each of which says who it is."""

    def __init__(self, localstack: LocalStack) -> None:
        self._localstack = localstack
        self._lambda = localstack.client("lambda")
        self._answers, _ = create_queue(localstack)
        self._queue, arn = create_queue(localstack, VisibilityTimeout="60")
        self._functions = {name: self._function(name) for name in ("first", "second")}
        self._uuid = self._lambda.create_event_source_mapping(
            FunctionName=self._functions["first"], EventSourceArn=arn, BatchSize=1
        )["UUID"]
        self.wait_for("Enabled")

    def change(self, name: str) -> None:
        """Names the other function."""
        function = self._functions[name]
        self._lambda.update_event_source_mapping(UUID=self._uuid, FunctionName=function)

    def switch(self, *, enabled: bool) -> None:
        self._lambda.update_event_source_mapping(UUID=self._uuid, Enabled=enabled)

    def delete(self) -> None:
        self._lambda.delete_event_source_mapping(UUID=self._uuid)

    def wait_for(self, state: str) -> None:
        wait_for(f"the state {state}", lambda: self.states() == {state}, seen=self.states)

    def states(self) -> set[str]:
        """What the mapping's description and its entry in the list of mappings say."""
        described = self._lambda.get_event_source_mapping(UUID=self._uuid)["State"]
        listed = self._lambda.list_event_source_mappings(FunctionName=self.function())
        return {described, *(each["State"] for each in listed["EventSourceMappings"])}

    def function(self) -> str:
        arn: str = self._lambda.get_event_source_mapping(UUID=self._uuid)["FunctionArn"]
        return arn.rpartition(":")[2]

    def answer(self) -> str:
        """Who is given a message that is sent now."""
        self._localstack.client("sqs").send_message(QueueUrl=self._queue, MessageBody="who?")
        return wait_for_message(self._localstack, self._answers)

    def _function(self, name: str) -> str:
        variables = {"ANSWERS": self._answers, "NAME": name}
        return create_function(
            self._localstack, SAYS_WHO_IT_IS, Timeout=10, Environment={"Variables": variables}
        )


def test_a_message_sent_once_a_changed_mapping_is_enabled_goes_to_the_new_function(
    changed_mapping: ChangedMapping,
) -> None:
    for name in ("second", "first", "second"):
        changed_mapping.change(name)
        changed_mapping.wait_for("Enabled")
        assert changed_mapping.answer() == name


def test_a_mapping_that_is_changed_and_disabled_at_once_is_disabled_and_works_afterwards(
    changed_mapping: ChangedMapping,
) -> None:
    changed_mapping.change("second")
    changed_mapping.switch(enabled=False)
    changed_mapping.wait_for("Disabled")
    changed_mapping.switch(enabled=True)
    changed_mapping.wait_for("Enabled")
    assert changed_mapping.answer() == "second"


def test_a_mapping_that_is_changed_and_deleted_at_once_is_gone(localstack: LocalStack) -> None:
    mapping = ChangedMapping(localstack)
    mapping.change("second")
    function = mapping.function()
    mapping.delete()
    client = localstack.client("lambda")
    wait_for(
        "the end of the mapping",
        lambda: not client.list_event_source_mappings(FunctionName=function)["EventSourceMappings"],
    )


def most_at_a_time(batches: list[dict[str, Any]]) -> int:
    """Of how many batches the processing overlapped."""
    return max(
        sum(bool(other["from"] <= batch["from"] < other["to"]) for other in batches)
        for batch in batches
    )


@pytest.mark.parametrize(
    ("maximum", "cores", "expected"), [(None, 2, 2), (None, 16, 5), (3, 16, 3), (2, 1, 2)]
)
def test_batches_in_flight_are_bounded_by_the_mapping_and_by_the_machine(
    maximum: int | None, cores: int, expected: int
) -> None:
    assert concurrency(maximum, cores) == expected


@pytest.mark.gap(
    "sqs",
    "a visibility timeout below the function's timeout is refused",
    plain="DID NOT RAISE",
)
def test_a_queue_with_a_shorter_visibility_than_the_functions_timeout_is_refused(
    localstack: LocalStack,
) -> None:
    function = create_function(localstack, "def handler(event, context):\n    return 1", Timeout=30)
    _, arn = create_queue(localstack, VisibilityTimeout="20")
    with pytest.raises(
        ClientError,
        match="Queue visibility timeout: 20 seconds is less than Function timeout: 30 seconds",
    ):
        localstack.client("lambda").create_event_source_mapping(
            FunctionName=function, EventSourceArn=arn
        )

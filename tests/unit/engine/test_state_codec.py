"""Objects as typed JSON and back: what goes through, and what no file can do."""

import json
import math
import queue
import threading
from collections import OrderedDict, defaultdict, deque
from datetime import UTC, datetime, timedelta, timezone
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from localstack.aws.api.cloudwatch import StateValue
from localstack.aws.api.s3 import StorageClass
from localstack.services.s3.models import S3DeleteMarker
from localstack.services.sqs.models import SqsMessage
from localstack.services.sqs.queue import InterruptiblePriorityQueue
from moto.logs.models import LogEvent

from lab_engine.growing import Growing
from lab_engine.iam.journal import Entry
from lab_engine.state.codec import (
    Attributes,
    CannotEncodeError,
    RefusedError,
    Sealed,
    StateDecoder,
    StateEncoder,
    read_json,
    write_json,
)


def through_a_file(value: Any) -> Any:
    return StateDecoder().decode(read_json(write_json(StateEncoder().encode(value))))


def message(text: str) -> SqsMessage:
    return SqsMessage(1.0, {"MessageId": text, "Body": text, "Attributes": {}})


@pytest.mark.parametrize(
    "value",
    [
        None,
        True,
        0,
        -(2**70),
        1.5,
        math.inf,
        "ไฟล์ 🐛 \u0000 \ud800",
        b"\x00\xff",
        Decimal("1.10"),
        datetime(2026, 11, 26, 9, 30, 1, 5),  # noqa: DTZ001 - LocalStack has naive ones
        datetime(2026, 11, 26, tzinfo=UTC),
        datetime(2026, 11, 26, tzinfo=timezone(timedelta(hours=7))),
        datetime(2026, 11, 26, tzinfo=ZoneInfo("GMT")),
        ZoneInfo("Asia/Bangkok"),
        timedelta(days=31, microseconds=1),
        (1, ("two", [3])),
        frozenset({1, 2}),
        {1, "two"},
        deque([1, 2]),
        {"a": {"b": [1, 2]}},
        {"$": "eval", "#": 1},
        {1: "a", None: "b", ("x", 1): "c"},
        [{"#": 1}],
        OrderedDict([("z", 1), ("a", 2)]),
        defaultdict(list, {"a": [1]}),
        StorageClass.STANDARD,
        Growing({"a": 1}),
        Entry("me", ("1",), "s3:GetObject", "*", True, "r", "p", 0, 3),
    ],
    ids=repr,
)
def test_a_value_is_the_same_after_a_file(value: Any) -> None:
    read = through_a_file(value)
    assert type(read) is type(value)
    assert read == value


def test_a_zone_of_a_time_stays_a_zone() -> None:
    assert through_a_file(datetime(2026, 1, 1, tzinfo=ZoneInfo("GMT"))).tzinfo is ZoneInfo("GMT")


def test_not_a_number_stays_that() -> None:
    assert math.isnan(through_a_file(math.nan))


def test_an_object_that_is_in_two_places_is_one_object_afterwards() -> None:
    one, shared = message("m"), [1]
    read = through_a_file({"inflight": {one: None}, "receipts": {"r": one}, "l": [shared, shared]})
    (in_flight,) = read["inflight"]
    assert read["receipts"]["r"] is in_flight
    assert read["l"][0] is read["l"][1] == [1]


def test_an_object_that_contains_itself_comes_back() -> None:
    circle: dict[str, Any] = {"in": []}
    circle["in"].append(circle)
    read = through_a_file(circle)
    assert read["in"][0] is read


def test_an_instance_is_made_without_its_constructor() -> None:
    marker = S3DeleteMarker("key", "v1")
    marker.last_modified = datetime(2020, 1, 1, tzinfo=UTC)
    assert vars(through_a_file(marker)) == vars(marker)


def test_a_queue_comes_back_with_its_messages_and_fresh_locks() -> None:
    waiting: InterruptiblePriorityQueue[SqsMessage] = InterruptiblePriorityQueue()
    waiting.put(message("a"))
    read = through_a_file(waiting)
    assert read.get(block=False).message_id == "a"
    with pytest.raises(queue.Empty):
        read.get(block=False)


def test_locks_and_events_are_made_anew() -> None:
    held = threading.RLock()
    event = threading.Event()
    event.set()
    with held:
        read = through_a_file([held, event, threading.Lock()])
    assert read[0].acquire(blocking=False)
    assert read[1].is_set()
    assert not read[2].locked()


def test_what_exists_on_both_sides_is_referred_to_by_name() -> None:
    backend = object()
    node = StateEncoder({id(backend): "iam/1/aws"}).encode({"backend": backend})
    other = object()
    assert StateDecoder({"iam/1/aws": other}).decode(node)["backend"] is other


@pytest.mark.parametrize("value", [object(), print, json, threading.Thread(), Exception(), int])
def test_an_object_of_another_class_is_not_written(value: Any) -> None:
    with pytest.raises(CannotEncodeError, match="place/field"):
        StateEncoder().encode({"field": value}, "place")


DEEP: list[Any] = []
for _ in range(100_000):
    DEEP = [DEEP]


@pytest.mark.parametrize(
    "node",
    [
        {"$": "os:system"},
        {"$": "subprocess:Popen", "f": {"args": "touch pwned"}},
        {"$": "builtins:eval"},
        {"$": "builtins:object"},
        {"$": "localstack.services.s3.models:threading.Thread"},
        {"$": "localstack.services.sqs.models:SqsMessage.__init__"},
        {"$": "localstack.services.sqs.models:SqsQueue"},
        {"$": "localstack.services.sqs.provider:QueueUpdateWorker"},
        {"$": "moto.iam.models:IAMBackend"},
        {"$": "localstack.services.lambda_.invocation.execution_environment:ExecutionEnvironment"},
        {"$": "enum", "c": "os:environ", "v": "HOME"},
        {"$": "enum", "c": "localstack.services.sqs.models:SqsMessage", "v": "priority"},
        {"$": "enum", "c": "localstack.aws.api.s3:StorageClass", "v": "__class__"},
        {"$": "localstack.aws.api.s3:StorageClass", "v": "STANDARD"},
        {"$": "defaultdict", "c": "subprocess:Popen", "i": []},
        {"$": "defaultdict", "c": "eval", "i": []},
        {"$": "queue", "c": "localstack.services.sqs.models:SqsMessage", "v": []},
        {"$": "localstack.services.sqs.queue:InterruptibleQueue", "f": {}},
        {"$": "localstack.services.s3.models:S3DeleteMarker", "f": {"__class__": "x"}},
        {"$": "localstack.services.s3.models:S3DeleteMarker", "f": {"__dict__": {}}},
        {"$": "localstack.services.s3.models:S3DeleteMarker", "f": {"a b": 1}},
        {"$": "localstack.services.s3.models:S3DeleteMarker", "f": [1]},
        {"$": "ref", "v": 99},
        {"$": "ref"},
        {"$": "known", "v": "iam/1/aws"},
        {"$": "_instance"},
        {"$": ["list"]},
        {"$": 5},
        {"$": "pattern", "v": "(a+)+$", "flags": 0},
        {"$": "sealed", "v": "0" * 64},
        {"$": "bytes", "v": "not base64!"},
        {"$": "time", "v": "yesterday", "fold": 0},
        {"$": "time", "v": "2026-01-01", "fold": 0, "zone": "../../etc/passwd"},
        {"$": "zone", "v": "../../../../etc/passwd"},
        {"$": "duration", "v": 1e308},
        {"$": "decimal", "v": "one"},
        {"$": "set", "v": [[1]]},
        {"$": "dict", "i": [[{"a": 1}, 2]]},
        {"$": "dict", "i": [[1]]},
        DEEP,
    ],
    ids=lambda node: str(node)[:60] if node is not DEEP else "deep",
)
def test_a_node_that_no_lab_writes_is_refused_in_one_line(node: Any) -> None:
    with pytest.raises(RefusedError) as refused:
        StateDecoder().decode(node)
    assert "\n" not in str(refused.value)
    assert len(str(refused.value)) < 250


# -- what cannot be written -------------------------------------------------------------------


class Unknown:
    """A class that no state knows."""


def written(encoder: StateEncoder, **attributes: Any) -> Any:
    return StateDecoder().decode(json.loads(json.dumps(encoder.encode(Attributes(attributes)))))


@pytest.mark.parametrize("kind", [dict, OrderedDict, lambda items: defaultdict(dict, items)])
def test_of_a_store_only_the_entry_is_left_out_that_cannot_be_written(kind: Any) -> None:
    encoder = StateEncoder()
    read = written(encoder, queues=kind({"a": {"x": 1}, "b": {"y": [Unknown()]}, "c": {}}), n=1)
    assert read == {"queues": kind({"a": {"x": 1}, "c": {}}), "n": 1}
    (line,) = encoder.left_out
    assert line.startswith("/queues/b")
    assert line.endswith(f"{__name__}:Unknown")


def test_an_attribute_that_cannot_be_written_is_left_out_as_a_whole() -> None:
    encoder = StateEncoder()
    assert written(encoder, odd=Unknown(), deep={"a": Unknown()}, n=[1]) == {"deep": {}, "n": [1]}
    assert len(encoder.left_out) == 2


def test_nothing_refers_to_what_was_left_out() -> None:
    shared = {"tags": [1]}
    encoder = StateEncoder()
    read = written(encoder, first={"bad": [shared, Unknown()]}, second=[shared, shared])
    assert read["first"] == {}
    assert read["second"][0] is read["second"][1]
    assert read["second"][0] == shared


def test_a_sealed_part_that_cannot_be_written_leaves_its_resource_out() -> None:
    encoder = StateEncoder()
    assert written(encoder, executions={"a": Sealed([1, Unknown()])}) == {"executions": {}}
    assert encoder.sealed == []
    assert len(encoder.left_out) == 1


def test_what_is_left_out_is_told_in_one_line_without_control_characters() -> None:
    encoder = StateEncoder()
    written(encoder, buckets={"a\n\x1b[31m": Unknown()})
    (line,) = encoder.left_out
    assert line.isprintable()


def test_what_is_nested_too_deeply_is_left_out() -> None:
    deep: list[Any] = []
    for _ in range(20_000):
        deep = [deep]
    encoder = StateEncoder()
    assert written(encoder, lists={"a": deep, "b": 1}) == {"lists": {"b": 1}}


LINES = [LogEvent(n, {"timestamp": n, "message": f"บรรทัด {n}"}) for n in range(3)]
EVENTS = [
    {
        "id": n,
        "timestamp": datetime(2026, 11, 26, 15, n, tzinfo=UTC),
        "type": StateValue.ALARM,
        "details": {"input": '{"$": "os:system", "#": 1}'},
    }
    for n in range(3)
]
SHARED = {"a": 1}


def opened(content: bytes) -> Any:
    """What is in a sealed part with this content."""
    return StateDecoder(content=lambda _: content).decode({"$": "sealed", "v": "f" * 64}).value


@pytest.mark.parametrize(
    "part",
    [LINES, EVENTS, [SHARED, SHARED], [{"$": "time"}], [[1, {"#": 2}]], [(1, 2)]],
    ids=["log lines", "events", "something twice", "a text like a kind", "like a number", "tuple"],
)
def test_a_sealed_part_comes_back_as_it_was(part: Any) -> None:
    (content,) = Sealed(part).pieces()
    assert StateEncoder().encode(opened(content)) == StateEncoder().encode(part)


@pytest.mark.parametrize(
    "value",
    ["ไฟล์ 🐛 \u0000", "alone: \ud800", 2**70, -(2**70), 0.1, 1e300, [[]], {"a": {"a": None}},
     {"": [True, False]}, math.inf],
    ids=ascii,
)  # fmt: skip
def test_json_is_read_as_python_reads_it_and_written_as_python_writes_it(value: Any) -> None:
    text = json.dumps({"value": value}, ensure_ascii=False).encode("utf-8", "surrogatepass")
    assert read_json(text) == {"value": value}
    for indent in (None, 1):
        written = write_json({"value": value}, indent).decode("utf-8", "surrogatepass")
        assert json.loads(written) == {"value": value}
        assert ("\n" in written) is (indent is not None)


def test_json_that_is_nested_as_deeply_as_python_reads_it_is_read_and_written() -> None:
    text = b"[" * 5_000 + b"]" * 5_000
    assert read_json(text) == json.loads(text)
    assert write_json(json.loads(text)) == text


@pytest.mark.parametrize("text", [b"", b"{", b"[1,]", b"{'a': 1}", b"[1] [2]", b"\xff", b"nul"])
def test_what_is_no_json_is_refused(text: bytes) -> None:
    with pytest.raises(ValueError):  # noqa: PT011 - each says something else
        read_json(text)


@pytest.mark.parametrize(
    "node",
    [
        {"$": "os:system"},
        {"$": "subprocess:Popen", "f": {"args": "touch"}},
        {"$": "moto.logs.models:LogEvent", "f": {"__class__": "x"}},
        {"$": "enum", "c": "os:system", "v": "x"},
        {"$": "time", "v": 5, "fold": 0},
    ],
)
def test_a_sealed_part_that_no_lab_writes_is_refused(node: Any) -> None:
    with pytest.raises(RefusedError):
        opened(json.dumps([node]).encode())


def test_a_sealed_part_that_came_back_is_read_when_it_is_asked_for() -> None:
    (content,) = Sealed(EVENTS).pieces()
    reads = []

    def read(name: str) -> bytes:
        reads.append(name)
        return content

    node = {"$": "sealed", "v": "f" * 64}
    part = StateDecoder(content=read, keeps_names=True).decode(node)
    assert part.is_unread
    assert not reads
    assert list(part.pieces()) == [content]  # as it was written
    assert part.value == EVENTS
    assert part.value == EVENTS
    assert not part.is_unread
    assert len(reads) == 2  # for the content itself, and once for the value

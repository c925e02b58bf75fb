"""How often Lambda reads a stream."""

import threading
import time
from types import SimpleNamespace
from typing import Any

import pytest

from lab_engine.moto_services import streams


def poller(shards: int) -> Any:
    return SimpleNamespace(shards=dict.fromkeys(range(shards)), _is_shutdown=threading.Event())


@pytest.mark.parametrize(("shards", "reads"), [(1, 1), (4, 4)])
def test_each_shard_is_read_once_a_second(
    shards: int, reads: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    now = [100.0]
    one = poller(shards)
    monkeypatch.setattr(time, "monotonic", lambda: now[0])
    monkeypatch.setattr(
        one._is_shutdown, "wait", lambda seconds: now.__setitem__(0, now[0] + seconds)
    )
    read: list[float] = []
    while now[0] < 101.0:
        streams.read_once_a_second(lambda _: read.append(now[0]), one)
    assert len([each for each in read if each < 101.0]) == reads


def test_an_event_source_that_is_stopped_reads_no_more() -> None:
    one = poller(1)
    read: list[Any] = []
    streams.read_once_a_second(read.append, one)
    one._is_shutdown.set()
    streams.read_once_a_second(read.append, one)
    assert read == [one]

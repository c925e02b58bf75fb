"""How often a pipeline is looked at: once for all tabs, after a click at once, less if it costs."""

import asyncio
import time
from collections import Counter
from typing import Any

import pytest

from console.cloud import Cloud, Endpoint
from console.errors import ConsoleError
from console.pipeline import watch as module
from console.pipeline.parts import Found, Part, Pipeline, bucket_arn, connect
from console.pipeline.traffic import Traffic
from console.pipeline.uploads import Uploads
from console.pipeline.watch import Watch

BUCKETS = connect(Found(buckets={"raw": {}}))


@pytest.fixture
def cloud() -> Cloud:
    return Endpoint("http://127.0.0.1:9").cloud("111111111111", "ap-southeast-1")


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch) -> Counter[str]:
    """Count what a watch asks for, which finds one bucket."""
    counts: Counter[str] = Counter()

    class Structure:
        def __init__(self, _cloud: Cloud) -> None:
            """Find the same each time."""

        async def read(self) -> Pipeline:
            counts["structure"] += 1
            await asyncio.sleep(0)  # others may ask meanwhile
            return BUCKETS

    class CountedUploads(Uploads):
        async def list_objects(self, _pipeline: Pipeline) -> None:
            counts["objects"] += 1

        async def list_executions(self, _pipeline: Pipeline) -> None:
            counts["executions"] += 1

    async def read_traffic(_cloud: Cloud, _pipeline: Pipeline) -> Traffic:
        counts["traffic"] += 1
        return Traffic()

    monkeypatch.setattr(module, "Structure", Structure)
    monkeypatch.setattr(module, "Uploads", CountedUploads)
    monkeypatch.setattr(module, "read_traffic", read_traffic)
    return counts


def test_tabs_that_ask_at_the_same_time_are_answered_by_one_look(
    cloud: Cloud, asked: Counter[str]
) -> None:
    async def ten_tabs() -> list[Any]:
        return await asyncio.gather(*(cloud.kept(Watch).read() for _ in range(10)))

    seen = asyncio.run(ten_tabs())
    assert asked == {"structure": 1, "objects": 1, "executions": 1, "traffic": 1}
    assert all(each is seen[0] for each in seen)
    assert [part.name for part in seen[0].pipeline.of_kind("bucket")] == ["raw"]


def test_after_a_click_everything_is_looked_at_anew(cloud: Cloud, asked: Counter[str]) -> None:
    async def click_between() -> None:
        await cloud.kept(Watch).read()
        cloud.clicks += 1
        await cloud.kept(Watch).read()

    asyncio.run(click_between())
    assert asked == {"structure": 2, "objects": 2, "executions": 2, "traffic": 2}


def test_what_was_not_answered_is_asked_for_again(
    cloud: Cloud, asked: Counter[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    async def fail(_cloud: Cloud, _pipeline: Pipeline) -> Traffic:
        raise ConsoleError("no", "ไม่")

    async def ask_twice() -> Pipeline:
        with monkeypatch.context() as patch:
            patch.setattr(module, "read_traffic", fail)
            with pytest.raises(ConsoleError):
                await cloud.kept(Watch).read()
        return (await cloud.kept(Watch).read()).pipeline

    assert asyncio.run(ask_twice()) is BUCKETS
    assert asked["structure"] == 2


def test_while_nothing_happens_only_uploads_are_looked_for_each_time(
    cloud: Cloud, asked: Counter[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    now = time.monotonic()
    monkeypatch.setattr(time, "monotonic", lambda: now)

    async def look(times: int) -> None:
        nonlocal now
        for _ in range(times):
            await cloud.kept(Watch).read()
            now += 1.0

    asyncio.run(look(11))  # the first ten seconds count as busy
    asked.clear()
    asyncio.run(look(12))
    assert asked["objects"] == 12
    assert asked["executions"] == 6
    assert asked["traffic"] == 2


class ManyObjects:
    """An S3 whose folder takes a while to read."""

    def __init__(self) -> None:
        self.listed = 0

    def get_paginator(self, _operation: str) -> "ManyObjects":
        return self

    def paginate(self, **_: str) -> list[dict[str, Any]]:
        self.listed += 1
        began = time.thread_time()
        while time.thread_time() - began < 0.02:
            pass
        return [{"Contents": []}]


def test_a_folder_that_costs_is_left_alone_for_a_while_but_not_after_a_click(
    monkeypatch: pytest.MonkeyPatch, cloud: Cloud
) -> None:
    s3 = ManyObjects()
    uploads = Uploads(cloud)
    pipeline = Pipeline({bucket_arn("raw"): Part(bucket_arn("raw"), "bucket", "raw")})

    async def use(_service: str, ask: Any) -> Any:
        return ask(s3)

    monkeypatch.setattr(cloud, "use", use)

    async def list_thrice() -> None:
        await uploads.list_objects(pipeline)
        await uploads.list_objects(pipeline)
        assert s3.listed == 1
        uploads.hurry()
        await uploads.list_objects(pipeline)

    asyncio.run(list_thrice())
    assert s3.listed == 2

import os
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from lab_engine.runtime import one_processor
from lab_engine.runtime.one_processor import (
    Keeper,
    busy_seconds,
    choose,
    fast_enough,
    is_worth_it,
)

STAT = """\
cpu  900 0 300 9000 100 0 30 20 7 0
cpu0 500 0 100 4000 60 0 30 10 7 0
cpu1 400 0 200 5000 40 0 0 10 0 0
intr 12345 0 0
"""


def test_what_is_busy_keeps_to_one_processor_while_others_have_time_to_spare() -> None:
    assert is_worth_it(0.8, {0: 0.7, 1: 0.7}, is_keeping=False)
    assert is_worth_it(0.3, {0: 0.1, 1: 0.4}, is_keeping=True)
    assert not is_worth_it(0.3, {0: 0.1, 1: 0.4}, is_keeping=False)
    assert not is_worth_it(0.1, {0: 0.1, 1: 0.4}, is_keeping=True)


def test_on_a_machine_that_is_full_it_runs_wherever_it_can() -> None:
    assert not is_worth_it(0.8, {0: 0.9, 1: 0.9}, is_keeping=False)
    assert is_worth_it(0.8, {0: 0.8, 1: 1.0}, is_keeping=True)
    assert not is_worth_it(0.5, {0: 0.9, 1: 1.0}, is_keeping=True)
    assert not is_worth_it(0.8, {}, is_keeping=False), "nobody knows yet"


def test_it_stays_where_it_is_while_it_is_alone_there() -> None:
    assert choose(1, own=0.9, busy={0: 0.5, 1: 1.0}) == 1
    assert choose(1, own=0.3, busy={0: 0.0, 1: 0.3}) == 1


def test_it_leaves_a_processor_to_others_that_use_it() -> None:
    assert choose(1, own=0.5, busy={0: 0.2, 1: 1.0}) == 0


def test_of_the_others_it_takes_the_one_that_is_used_least() -> None:
    assert choose(1, own=0.5, busy={0: 0.4, 1: 1.0, 2: 0.1, 3: 0.2}) == 2


def test_processors_that_are_much_slower_are_not_taken() -> None:
    assert fast_enough({0: 1024, 1: 1000, 2: 512}) == {0, 1}
    assert fast_enough({0: 0, 1: 0}) == {0, 1}, "none of them tells its speed"


def test_idle_processors_and_those_that_wait_for_a_disk_are_not_busy() -> None:
    tick = os.sysconf("SC_CLK_TCK")
    assert busy_seconds(STAT) == {0: 640 / tick, 1: 610 / tick}


@pytest.fixture
def keeper(monkeypatch: pytest.MonkeyPatch) -> Iterator[Keeper]:
    if sys.platform != "linux" or len(os.sched_getaffinity(0)) < 2:
        pytest.skip("there is no choice of processors")
    # Beside other tests this process may get less than it wants, and nothing be left to spare.
    for name in ("_BUSY", "_QUIET"):
        monkeypatch.setattr(one_processor, name, 0.01)
    for name in ("_SPARE", "_LEAST_SPARE"):
        monkeypatch.setattr(one_processor, name, -10.0)
    keeper = Keeper()
    be_busy(0.1)
    keeper.look()
    assert not keeper.is_keeping, "it does not know yet what others use"
    yield keeper
    for thread in Path("/proc/self/task").iterdir():
        os.sched_setaffinity(int(thread.name), keeper.all)


def be_busy(seconds: float) -> None:
    began = time.process_time()
    while time.process_time() - began < seconds:
        pass


def processors_of(threads: list[int]) -> list[set[int]]:
    return [os.sched_getaffinity(each) for each in threads]


def test_all_threads_of_a_busy_process_keep_to_one_processor_until_it_rests(keeper: Keeper) -> None:
    end = threading.Event()
    other = threading.Thread(target=end.wait)
    other.start()
    threads = [threading.get_native_id(), other.native_id or 0]
    try:
        while_busy = []
        for _ in range(2):
            be_busy(0.1)
            keeper.look()
            while_busy += processors_of(threads)
        time.sleep(0.2)
        keeper.look()
        at_rest = processors_of(threads)
    finally:
        end.set()
        other.join()
    assert [len(each) for each in while_busy] == [1, 1, 1, 1]
    assert while_busy[::2] == while_busy[1::2], "both threads keep to the same one"
    assert at_rest == [keeper.all, keeper.all]


def test_a_process_that_it_starts_meanwhile_may_run_anywhere(keeper: Keeper) -> None:
    be_busy(0.1)
    keeper.look()
    tell = [sys.executable, "-Sc", "import os; print(sorted(os.sched_getaffinity(0)))"]
    process = subprocess.Popen.__new__(subprocess.Popen)
    keeper.start_anywhere(
        subprocess.Popen.__init__, process, tell, stdout=subprocess.PIPE, text=True
    )
    said, _ = process.communicate()
    assert said.strip() == str(sorted(keeper.all))

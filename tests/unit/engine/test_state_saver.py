"""How often the cloud is saved by itself."""

import contextlib
import threading
import time
from collections.abc import Iterator
from types import SimpleNamespace
from typing import Any

import pytest

from lab_engine.state import cloud, instant, saver
from lab_engine.state.saver import Saver

WAITED_SECONDS = 0.3


@contextlib.contextmanager
def _taken_after_waiting(**_: bool) -> Iterator[Any]:
    time.sleep(WAITED_SECONDS)  # as on a machine that does something else meanwhile
    manifest = {"left_out": [], "saved_at": 0.0}
    snapshot = SimpleNamespace(manifest=manifest)
    yield SimpleNamespace(snapshot=snapshot, paused=0.0, running=True)


def test_waiting_for_a_busy_machine_does_not_make_saves_rarer(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    pauses: list[float] = []
    enough = threading.Event()

    class EnoughError(Exception):
        pass

    def pause(seconds: float) -> None:
        pauses.append(seconds)
        if len(pauses) > 2:
            enough.set()
            raise EnoughError

    monkeypatch.setattr(cloud, "taken", _taken_after_waiting)
    monkeypatch.setattr(saver, "time", SimpleNamespace(**vars(time) | {"sleep": pause}))
    folder: Any = SimpleNamespace(write=lambda _snapshot: 1)
    instant.NOTICE.changed.set()

    with contextlib.suppress(EnoughError):
        Saver(folder)._run()

    assert enough.is_set()
    assert pauses == [2.0, 2.0, 2.0]

"""Save by itself: shortly after something changed, and when the lab stops."""

import logging
import threading
import time
from typing import Any

from lab_engine.state import cloud, instant
from lab_engine.state.archive import Folder
from lab_engine.state.codec import CannotEncodeError

LOG = logging.getLogger(__name__)

_LEAST_SECONDS = 2.0
"""From the first change to a save, at least."""
_CALM_SECONDS = 0.5
"""When nothing was changed for so long, a save disturbs nobody: a burst of files is over."""
_UNCALM_SECONDS = 10.0
"""That is waited for until so long after the first change."""
_SHARE = 50
"""From a save to the next it is this many times the processor's time that it took: 2 % of one
processor at most. What a save waits for on a busy machine does not make saves rarer."""
_MOST_SECONDS = 30.0
"""From a save to the next, whatever it took."""


class Saver:
    """Keeps the automatic state of this lab.

    Args:
        folder: Where it is kept.
    """

    def __init__(self, folder: Folder) -> None:
        self.folder = folder
        self._problem = ""
        self._last: dict[str, Any] = {}
        self._count = 0
        self._processor_seconds = 0.0
        self._is_over = False
        self._left_out: list[str] = []
        self._thread: threading.Thread | None = None

    def start(self) -> None:
        """Save from now on. Nothing is saved before what was saved is loaded."""
        self._is_over = False
        if self._thread is None:
            self._thread = threading.Thread(target=self._run, name="state-saver", daemon=True)
            self._thread.start()

    def stop(self) -> None:
        """Save nothing more until the next `start`."""
        self._is_over = True

    def save(self, *, close_for_good: bool = False) -> dict[str, Any]:
        """Save now.

        Args:
            close_for_good: Let no request in afterwards, and save no more: the lab stops.

        Returns:
            When it was, how long it took and how large the file is.

        Raises:
            BusyError, CannotEncodeError, OSError: It was not saved.
        """
        with cloud.TURN:
            if self._is_over:
                return self._last
            began, used = time.perf_counter(), time.thread_time()
            try:
                with cloud.taken(close_for_good=close_for_good) as taken:
                    size = self.folder.write(taken.snapshot)
            except (instant.BusyError, CannotEncodeError, OSError) as error:
                instant.NOTICE.changed.set()
                self._problem = f"{type(error).__name__}: {error}"
                raise
            self._processor_seconds = time.thread_time() - used
            self._is_over = close_for_good
            self._problem = ""
            self._tell(taken.snapshot.manifest["left_out"])
            self._count += 1
            self._last = {
                "saved_at": taken.snapshot.manifest["saved_at"],
                "seconds": round(time.perf_counter() - began, 4),
                "paused_seconds": round(taken.paused, 4),
                "processor_seconds": round(self._processor_seconds, 4),
                "bytes": size,
                "left_out": self._left_out,
            }
            if taken.running:  # they change without a request
                instant.NOTICE.changed.set()
            return self._last

    def _tell(self, left_out: list[str]) -> None:
        """Log what cannot be saved, once."""
        for line in left_out:
            if line not in self._left_out:
                LOG.warning("not saved, because its class is not known to states: %s", line)
        self._left_out = left_out

    def report(self) -> dict[str, Any]:
        """Return what the page shows."""
        return {"saves": self._count, "last": self._last, "problem": self._problem or None}

    def _run(self) -> None:
        pause = _LEAST_SECONDS
        may_begin = 0.0
        while True:
            instant.NOTICE.changed.wait()
            changed = time.monotonic()
            time.sleep(max(changed + _LEAST_SECONDS, may_begin) - changed)
            instant.NOTICE.wait_for_calm(_CALM_SECONDS, until=changed + _UNCALM_SECONDS)
            try:
                self.save()
                wanted = self._processor_seconds * _SHARE
            except instant.BusyError as error:
                LOG.warning("the state was not saved yet: %s", error)
                wanted = _LEAST_SECONDS
            except Exception:  # the next one may succeed
                LOG.exception("the state was not saved")
                wanted = pause * 2
            pause = min(_MOST_SECONDS, max(_LEAST_SECONDS, wanted))
            may_begin = time.monotonic() + pause

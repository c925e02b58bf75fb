"""One thread looks at the memory of all functions that run.

Each function that runs has a thread that waits for its answer. When these threads looked for
themselves, each of them woke up every 50 ms.
"""

import contextlib
import threading
import time
from collections.abc import Callable, Iterator

LOOK_SECONDS = 0.05


class MemoryWatch:
    """Calls everybody who waits, again and again; its thread sleeps while nobody does."""

    def __init__(self) -> None:
        self._looks: dict[object, Callable[[], None]] = {}
        self._changed = threading.Condition()
        self._thread: threading.Thread | None = None

    @contextlib.contextmanager
    def looking(self, look: Callable[[], None]) -> Iterator[None]:
        """Look every LOOK_SECONDS until the end of the block, and perhaps once more.

        Args:
            look: Reads the memory of one process; it must be quick and raise nothing.
        """
        key = object()
        with self._changed:
            self._looks[key] = look
            if self._thread is None:
                self._thread = threading.Thread(target=self._run, name="lambda-memory", daemon=True)
                self._thread.start()
            elif len(self._looks) == 1:
                self._changed.notify()
        try:
            yield
        finally:
            with self._changed:
                del self._looks[key]

    def _run(self) -> None:
        while True:
            time.sleep(LOOK_SECONDS)
            with self._changed:
                self._changed.wait_for(lambda: self._looks)
                looks = list(self._looks.values())
            for look in looks:
                look()


WATCH = MemoryWatch()

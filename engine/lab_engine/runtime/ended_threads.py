"""Let go of threads that have ended.

LocalStack lists the threads that it starts, to stop them at the end, and keeps each of them, with
what it was to run on, for as long as it lives itself: 12 threads and 40 KB for each file. Those
that have ended need not be stopped.
"""

import threading
import time

from localstack.utils.threads import TMP_THREADS

_SECONDS = 10.0


def begin() -> None:
    """Look for threads that have ended from now on, every ten seconds."""
    threading.Thread(target=_look_regularly, name="ended-threads", daemon=True).start()


def _look_regularly() -> None:
    while True:
        time.sleep(_SECONDS)
        forget_ended(TMP_THREADS)


def forget_ended(threads: list[threading.Thread]) -> None:
    """Remove the threads that have ended from a list to which other threads append.

    Args:
        threads: The list. What has not been started yet stays, and what is no thread.
    """
    for thread in list(threads):
        if isinstance(thread, threading.Thread) and thread.ident and not thread.is_alive():
            threads.remove(thread)

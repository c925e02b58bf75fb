import threading
import time
from functools import cache

from lab_engine.runtime.parsers import create_parser

THREADS = 8


def test_threads_that_ask_at_once_get_one_parser() -> None:
    made: list[object] = []

    @cache
    def make(service: str) -> object:
        time.sleep(0.02)  # long enough for the others to ask while it is being made
        made.append(service)
        return object()

    together = threading.Barrier(THREADS)
    got: list[object] = []

    def ask() -> None:
        together.wait()
        got.append(create_parser(make, "lambda"))

    threads = [threading.Thread(target=ask) for _ in range(THREADS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert made == ["lambda"]
    assert len(got) == THREADS
    assert len(set(map(id, got))) == 1

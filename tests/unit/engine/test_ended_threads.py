import threading
from typing import Any

from lab_engine.runtime.ended_threads import forget_ended


def test_threads_that_have_ended_are_let_go_and_no_others() -> None:
    go_on = threading.Event()
    ended, living = (threading.Thread(target=wait) for wait in (int, go_on.wait))
    for thread in (ended, living):
        thread.start()
    ended.join()
    not_started, no_thread = threading.Thread(target=int), object()
    threads: list[Any] = [not_started, ended, no_thread, living]

    forget_ended(threads)
    go_on.set()
    living.join()

    assert threads == [not_started, no_thread, living]


def test_the_list_is_no_longer_after_many_threads_than_after_few() -> None:
    threads: list[threading.Thread] = []
    lengths = []
    for _ in range(3):
        for _ in range(50):
            threads.append(threading.Thread(target=int))
            threads[-1].start()
            threads[-1].join()
        forget_ended(threads)
        lengths.append(len(threads))
    assert lengths == [0, 0, 0]

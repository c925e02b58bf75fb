"""Timers that share one thread."""

import queue
import threading

from lab_engine.lambda_.timers import Timer


def test_timers_fire_in_the_order_of_their_moments() -> None:
    fired: queue.Queue[str] = queue.Queue()
    Timer(0.2, lambda: fired.put("later")).start()
    Timer(0.05, lambda: fired.put("sooner")).start()

    assert [fired.get(timeout=30), fired.get(timeout=30)] == ["sooner", "later"]


def test_a_cancelled_timer_does_not_fire_and_holds_nothing() -> None:
    fired: queue.Queue[str] = queue.Queue()
    cancelled = Timer(0.05, lambda: fired.put("cancelled"))
    cancelled.start()
    cancelled.cancel()
    Timer(0.1, lambda: fired.put("the next")).start()

    assert fired.get(timeout=30) == "the next"
    assert fired.empty()
    assert cancelled._function is None


def test_a_timer_that_waits_has_no_thread() -> None:
    Timer(0, lambda: None).start()  # the thread of all
    threads = threading.active_count()
    waiting = [Timer(3600, lambda: None) for _ in range(50)]
    for timer in waiting:
        timer.start()

    assert threading.active_count() <= threads
    for timer in waiting:
        timer.cancel()

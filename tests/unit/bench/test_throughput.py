import itertools

import pytest

from bench.throughput import pause_before_next_look


def looks_until_the_end(files: int, seconds_a_file: float) -> tuple[int, float]:
    """Return how often a steady burst is looked at, and how late its end is seen."""
    now = 0.1
    for number in itertools.count(1):
        results = min(files, int(now / seconds_a_file))
        if results == files:
            return number, now - files * seconds_a_file
        now += pause_before_next_look(now, results, files)
    raise AssertionError


@pytest.mark.parametrize("files", [1, 20, 100, 500])
def test_a_burst_is_looked_at_seldom_and_its_end_seen_soon(files: int) -> None:
    looks, late = looks_until_the_end(files, 0.1)
    assert looks < 80
    assert late <= max(0.03, files * 0.1 * 0.02)


def test_a_straggler_does_not_make_looks_frequent() -> None:
    assert pause_before_next_look(60.0, 499, 500) >= 0.5


def test_the_longest_pause_is_a_second() -> None:
    assert pause_before_next_look(600.0, 5, 10_000) == 1.0

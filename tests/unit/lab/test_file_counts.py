from dataclasses import replace

import pytest

from lab.promise.file_counts import FileCounts, file_miscounts, run_miscount

RIGHT = FileCounts(valid=8, rejected=2, runs=10, errors=0)


def miscounted(counted: FileCounts) -> list[str]:
    return [metric for metric, _ in file_miscounts(counted, valid=8, rejected=2)]


def test_metrics_that_count_each_upload_once_are_right() -> None:
    assert miscounted(RIGHT) == []
    assert run_miscount(RIGHT, 10, attempts=3) is None


def test_files_that_were_looked_at_twice_are_found() -> None:
    """What 2,000 files at once came to, when events that waited were delivered again."""
    again = FileCounts(valid=4136, rejected=535, runs=4671)

    [(valid, text), (rejected, _)] = file_miscounts(again, valid=1600, rejected=400)

    assert (valid, rejected) == ("FilesValid", "FilesRejected")
    assert text == "it counts 4136, of 1600 uploads"
    assert run_miscount(again, 2000, attempts=3) == (
        "it ran 4671 times without an error, for 2000 uploads"
    )


@pytest.mark.parametrize(
    ("counted", "metric"),
    [
        (replace(RIGHT, valid=7), "FilesValid"),
        (replace(RIGHT, valid=9), "FilesValid"),
        (replace(RIGHT, rejected=3), "FilesRejected"),
        (replace(RIGHT, valid=9, rejected=3, errors=1), "FilesRejected"),
    ],
)
def test_a_file_too_few_or_too_many_is_found(counted: FileCounts, metric: str) -> None:
    assert miscounted(counted) == [metric]


def test_a_run_that_failed_may_have_counted_its_file_already() -> None:
    assert miscounted(replace(RIGHT, valid=9, runs=11, errors=1)) == []
    assert miscounted(replace(RIGHT, runs=11, errors=1)) == []


def test_failed_runs_are_repeated_and_the_others_are_one_for_each_upload() -> None:
    assert run_miscount(replace(RIGHT, runs=12, errors=2), 10, attempts=3) is None
    assert run_miscount(replace(RIGHT, runs=12, errors=3), 10, attempts=3) is None  # one given up
    assert run_miscount(replace(RIGHT, runs=12, errors=1), 10, attempts=3) is not None
    assert run_miscount(replace(RIGHT, runs=11, errors=2), 10, attempts=3) is not None


def test_what_was_counted_before_is_left_out() -> None:
    assert FileCounts(9, 2, 12, 1).since(FileCounts(1, 0, 2, 1)) == RIGHT

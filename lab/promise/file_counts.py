"""How often the lab's metrics say that csv-validator ran and what it found, against the uploads.

The metrics FilesValid and FilesRejected count log events, so comparing them with the log proves
nothing: a file that was looked at three times is there three times in both. What they must agree
with is the uploads.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from lab.language import say
from lab.promise.evidence import read_metric_totals
from provision.logs import COUNTED_EVENTS
from provision.settings import CSV_VALIDATOR

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime

    from lab.running import RunningLab

FILES_VALID, FILES_REJECTED = COUNTED_EVENTS
_RUNS, _ERRORS = "Invocations", "Errors"


@dataclass(frozen=True, slots=True)
class FileCounts:
    """What the metrics had counted at one moment.

    Attributes:
        valid: FilesValid.
        rejected: FilesRejected.
        runs: Invocations of csv-validator (AWS/Lambda).
        errors: Those that failed; Lambda repeats each of these, up to twice.
    """

    valid: float = 0
    rejected: float = 0
    runs: float = 0
    errors: float = 0

    def since(self, before: FileCounts) -> FileCounts:
        """Return what was counted after that moment."""
        return FileCounts(
            self.valid - before.valid,
            self.rejected - before.rejected,
            self.runs - before.runs,
            self.errors - before.errors,
        )


def read_file_counts(lab: RunningLab, since: datetime | None = None) -> FileCounts:
    """Return what the metrics of a lab have counted until now.

    Args:
        lab: The lab.
        since: Count nothing before this minute; by default everything of two weeks.
    """
    cloudwatch = lab.client("cloudwatch")
    namespace = lab.settings.metric_namespace
    files = read_metric_totals(cloudwatch, namespace, [FILES_VALID, FILES_REJECTED], {}, since)
    runs = read_metric_totals(
        cloudwatch, "AWS/Lambda", [_RUNS, _ERRORS], {"FunctionName": CSV_VALIDATOR}, since
    )
    return FileCounts(files[FILES_VALID], files[FILES_REJECTED], runs[_RUNS], runs[_ERRORS])


def file_miscounts(counted: FileCounts, *, valid: int, rejected: int) -> Iterator[tuple[str, str]]:
    """Yield each metric that counts other files than there were, with a sentence about it.

    A run that failed may have logged what it found before it did, and is repeated: so many files
    may be counted once more.

    Args:
        counted: By the metrics.
        valid: How many uploads csv-validator found to be valid.
        rejected: How many it rejected.
    """
    again = counted.errors
    for metric, number, there_were in (
        (FILES_VALID, counted.valid, valid),
        (FILES_REJECTED, counted.rejected, rejected),
    ):
        if number < there_were or number > there_were + again:
            told = say(
                "it counts {number:.0f}, of {uploads} uploads", number=number, uploads=there_were
            )
            yield metric, told
        else:
            again -= number - there_were


def run_miscount(counted: FileCounts, uploads: int, *, attempts: int) -> str | None:
    """Return a sentence when csv-validator did not do its work once for each upload, else None.

    Args:
        counted: By the metrics.
        uploads: How many csv-validator found to be valid, rejected, or left unread.
        attempts: After how many failed runs Lambda gives an upload's event up.
    """
    done, given_up = counted.runs - counted.errors, counted.errors // attempts
    if uploads - given_up <= done <= uploads:
        return None
    return say(
        "it ran {times:.0f} times without an error, for {uploads} uploads",
        times=done,
        uploads=uploads,
    )

"""Counts what the fault and load tests came to, run after run, in docs/reliability.md.

`pytest --reliability-table docs/reliability.md` adds the run's results to the table between the two
marks; a row is a test, and nothing else writes there.
"""

from __future__ import annotations

import fcntl
import re
from collections import Counter
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

    import pytest

BEGIN, END = "<!-- counted -->", "<!-- /counted -->"
HEAD = "| fault or load | runs | passed |\n|---|---|---|\n"
_ROW = re.compile(r"\| (?P<what>[^|]+) \| (?P<runs>\d+) \| (?P<passed>\d+) \|")
COUNTED = ("faults", "load")


class ReliabilityTable:
    """Gathers the results of one run and adds them to the page at its end."""

    def __init__(self, page: Path) -> None:
        self._page = page
        self._runs: Counter[str] = Counter()
        self._passed: Counter[str] = Counter()

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        """Counts a test's own part; one whose set-up failed counts as a run that failed."""
        if not any(marker in report.keywords for marker in COUNTED) or report.skipped:
            return
        if report.when == "call" or (report.when == "setup" and report.failed):
            what = in_words(report.nodeid)
            self._runs[what] += 1
            self._passed[what] += report.passed

    def pytest_sessionfinish(self) -> None:
        """Adds the counts to those that stand there."""
        with self._page.open("r+", encoding="utf-8") as page:
            fcntl.flock(page, fcntl.LOCK_EX)  # series that run beside each other count in one page
            text = self._added_to(page.read())
            page.seek(0)
            page.write(text)
            page.truncate()

    def _added_to(self, text: str) -> str:
        before, rest = text.split(BEGIN)
        table, after = rest.split(END)
        for row in _ROW.finditer(table):
            self._runs[row["what"]] += int(row["runs"])
            self._passed[row["what"]] += int(row["passed"])
        rows = "".join(
            f"| {what} | {self._runs[what]} | {self._passed[what]} |\n"
            for what in sorted(self._runs)
        )
        return f"{before}{BEGIN}\n{HEAD}{rows}{END}{after}"


def in_words(nodeid: str) -> str:
    """Return a test's name as a sentence, its case in parentheses."""
    name, _, case = nodeid.rpartition("::")[2].partition("[")
    words = re.sub(r"^test_(\d+_(?=a_|s3))?", "", name).replace("_", " ")
    words = re.sub(r" (s|t)\b", r"'\1", words)  # what an apostrophe stood before
    case = case.removesuffix("]").removesuffix("-None")  # killed in no operation
    return f"{words} ({case})" if case else words

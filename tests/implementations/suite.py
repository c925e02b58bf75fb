"""The integration tests on an implementation: what came of each, and what the page tells of that.

A test that only a lab can pass skips itself elsewhere, with the reason `lab only`. Each other one
that fails has its reason in `lacking.toml`.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tomllib
from collections import Counter, defaultdict
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING
from xml.etree import ElementTree

from tests.integration.lab_under_test import LAB_ONLY
from tests.integration.reliability_table import in_words

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from tests.implementations.implementations import Implementation

LACKING = Path(__file__).with_name("lacking.toml")
PAGE = Path(__file__).parents[2] / "docs" / "implementations.md"
BEGIN, END = "<!-- generated -->", "<!-- /generated -->"
PASSES, FAILS = "passes", "fails"
KINDS = PASSES, FAILS, LAB_ONLY
_REPOSITORY = Path(__file__).parents[2]
_FOLDER = "tests/integration"
_SHOWN = 200
"""Characters of what a failing test said."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of one test in all its cases.

    Attributes:
        fails: Whether one of them failed.
        told: What the failure said; else why it was skipped, or that it passes.
    """

    fails: bool
    told: str


Outcomes = dict[str, Outcome]
"""By test, such as `test_queue.py::test_the_same_s3_event_twice_makes_one_job`."""


def suite_on(implementation: Implementation) -> Suite:
    """Return the integration tests of the default run, and where their results are kept."""
    folder = _REPOSITORY / ".lab" / "implementations" / implementation.name
    return Suite(folder, implementation.patience_seconds)


@dataclass(frozen=True, slots=True)
class Suite:
    """The integration tests on one implementation; the results of each module are kept.

    Attributes:
        folder: Of the results: a report for each module, and one log.
        patience_seconds: After which one small file counts as lost.
    """

    folder: Path
    patience_seconds: int

    def forget(self) -> None:
        """Delete the results of earlier runs."""
        shutil.rmtree(self.folder, ignore_errors=True)

    def missing(self) -> list[str]:
        """Return the modules without results."""
        modules = (each.stem for each in sorted((_REPOSITORY / _FOLDER).glob("test_*.py")))
        return [each for each in modules if not self._report(each).exists()]

    def run(self, endpoint: str) -> None:
        """Run the modules without results.

        Args:
            endpoint: Of an implementation with the pipeline in it.
        """
        self.folder.mkdir(parents=True, exist_ok=True)
        for module in self.missing():
            self._run(module, endpoint)

    def _run(self, module: str, endpoint: str) -> None:
        variables = {
            "LAB_ENDPOINT": endpoint,
            "LAB_PROFILE": "quick",
            "LAB_PATIENCE_SECONDS": str(self.patience_seconds),
        }
        command = [sys.executable, "-m", "pytest", f"{_FOLDER}/{module}.py", "-q"]
        report = f"--junitxml={self._report(module)}"
        with (
            (self.folder / "suite.log").open("ab") as log,
            subprocess.Popen(
                [*command, "-p", "no:cacheprovider", report],
                cwd=_REPOSITORY,
                env={**os.environ, **variables},
                stdout=log,
                stderr=subprocess.STDOUT,
            ) as running,
        ):
            try:
                running.wait()
            finally:  # also where this run is interrupted
                running.terminate()
                running.wait()

    def outcomes(self) -> Outcomes:
        """Return what came of each test in all its cases."""
        cases: dict[str, list[Outcome]] = defaultdict(list)
        for report in sorted(self.folder.glob("*.xml")):
            for case in ElementTree.parse(report).iter("testcase"):  # noqa: S314 - it is our own
                module = case.get("classname", "").rpartition(".")[2]
                test = case.get("name", "").partition("[")[0]
                cases[f"{module}.py::{test}"].append(_outcome_of(case))
        return {test: _worst(outcomes) for test, outcomes in cases.items()}

    def _report(self, module: str) -> Path:
        return self.folder / f"{module}.xml"


def _outcome_of(case: ElementTree.Element) -> Outcome:
    for kind in ("failure", "error"):
        found = case.find(kind)
        if found is not None:
            return Outcome(fails=True, told=found.get("message", "")[:_SHOWN])
    skipped = case.find("skipped")
    return Outcome(fails=False, told=PASSES if skipped is None else skipped.get("message", ""))


def _worst(outcomes: Sequence[Outcome]) -> Outcome:
    """Return a failure; else that it passes, if one case was not skipped."""
    return max(outcomes, key=lambda each: (each.fails, each.told == PASSES))


def lacking(implementation: Implementation) -> dict[str, str]:
    """Return why tests fail on an implementation, by test."""
    listed = tomllib.loads(LACKING.read_text("utf-8")).get(implementation.name, [])
    return {test: each["reason"] for each in listed for test in each["tests"]}


def tables(implementations: Sequence[Implementation], outcomes: Mapping[str, Outcomes]) -> str:
    """Return the tables of docs/implementations.md: how many, what is lacking, and each test.

    Args:
        implementations: The columns.
        outcomes: Of the tests, by the name of the implementation.
    """
    columns = [outcomes[each.name] for each in implementations]
    names = [each.name for each in implementations]
    counts = [Counter(map(_kind, each.values())) for each in columns]
    kinds = [(kind, *(str(each[kind]) for each in counts)) for kind in KINDS]
    return "\n\n".join(
        (
            table([("what came of them", *names), *kinds]),
            table([("on", "what it lacks", "tests"), *_reasons(implementations)]),
            table([("file", "test", *names), *_rows(implementations, columns)]),
        )
    )


def table(rows: Iterable[Sequence[str]]) -> str:
    """Return a table in Markdown, the first row its head."""
    head, *others = rows
    lines = (head, ("---",) * len(head), *others)
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


def _kind(outcome: Outcome) -> str:
    if outcome.fails:
        return FAILS
    return LAB_ONLY if outcome.told.startswith(LAB_ONLY) else PASSES


def _reasons(implementations: Iterable[Implementation]) -> Iterator[tuple[str, str, str]]:
    for each in implementations:
        for reason, tests in Counter(lacking(each).values()).most_common():
            yield each.name, reason, str(tests)


def _rows(
    implementations: Sequence[Implementation], columns: Sequence[Outcomes]
) -> Iterator[tuple[str, ...]]:
    """Return a row for each test, but for those that only a lab can pass."""
    known = [lacking(each) for each in implementations]
    for test in sorted({test for each in columns for test in each}):
        outcomes = [each[test] for each in columns]
        if any(_kind(each) != LAB_ONLY for each in outcomes):
            yield (*row_of(test), *map(_cell, outcomes, (each.get(test) for each in known)))


def row_of(test: str) -> tuple[str, str]:
    """Return how the row of a test begins: its file and its name, in words."""
    module, _, name = test.partition("::")
    return module.removeprefix("test_").removesuffix(".py"), in_words(name)


def _cell(outcome: Outcome, reason: str | None) -> str:
    return f"**{reason or FAILS}**" if outcome.fails else outcome.told


def tables_in_page() -> str:
    """Return the tables that docs/implementations.md has now."""
    return PAGE.read_text("utf-8").partition(BEGIN)[2].partition(END)[0].strip()


def write_into_page(generated: str) -> None:
    """Put tables in the place of those that docs/implementations.md has."""
    before, _, rest = PAGE.read_text("utf-8").partition(BEGIN)
    PAGE.write_text(f"{before}{BEGIN}\n\n{generated}\n\n{END}{rest.partition(END)[2]}", "utf-8")

"""The integration tests on an implementation: what came of each, and the table of that.

A test that only a lab can pass skips itself elsewhere, with the reason `lab only`. Each other one
that fails has its reason in `lacking.toml`.
"""

from __future__ import annotations

import os
import subprocess
import sys
import tomllib
from collections import defaultdict
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING
from xml.etree import ElementTree

from tests.integration.reliability_table import in_words

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from tests.implementations.implementations import Implementation

LACKING = Path(__file__).with_name("lacking.toml")
PAGE = Path(__file__).parents[2] / "docs" / "implementations.md"
BEGIN, END = "<!-- generated -->", "<!-- /generated -->"
PASSES = "passes"
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


def run_suite(folder: Path, endpoint: str, patience_seconds: int) -> Outcomes:
    """Run the integration tests of the default run.

    Args:
        folder: For the report.
        endpoint: Of an implementation with the pipeline in it.
        patience_seconds: After which one small file counts as lost.
    """
    report = folder / "report.xml"
    variables = {
        "LAB_ENDPOINT": endpoint,
        "LAB_PROFILE": "quick",
        "LAB_PATIENCE_SECONDS": str(patience_seconds),
    }
    command = [sys.executable, "-m", "pytest", _FOLDER, "-q", "-p", "no:cacheprovider"]
    with (
        (folder / "suite.log").open("wb") as log,
        subprocess.Popen(
            [*command, f"--junitxml={report}"],
            cwd=_REPOSITORY,
            env={**os.environ, **variables},
            stdout=log,
            stderr=subprocess.STDOUT,
        ) as suite,
    ):
        try:
            suite.wait()
        finally:  # also where this run is interrupted
            suite.terminate()
            suite.wait()
    return _outcomes_in(report)


def _outcomes_in(report: Path) -> Outcomes:
    cases: dict[str, list[Outcome]] = defaultdict(list)
    for case in ElementTree.parse(report).iter("testcase"):  # noqa: S314 - it is our own
        module = case.get("classname", "").rpartition(".")[2]
        test = case.get("name", "").partition("[")[0]
        cases[f"{module}.py::{test}"].append(_outcome_of(case))
    return {test: _worst(outcomes) for test, outcomes in cases.items()}


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


def table(implementations: Iterable[Implementation], outcomes: Mapping[str, Outcomes]) -> str:
    """Return the table of docs/implementations.md.

    Args:
        implementations: Its columns.
        outcomes: Of the tests, by the name of the implementation.
    """
    columns = list(implementations)
    known = {each.name: lacking(each) for each in columns}
    rows = [
        ("file", "test", *(each.name for each in columns)),
        ("---",) * (2 + len(columns)),
    ]
    for test in sorted({test for each in outcomes.values() for test in each}):
        cells = [_cell(test, outcomes[each.name], known[each.name]) for each in columns]
        rows.append((*row_of(test), *cells))
    return "\n".join(f"| {' | '.join(row)} |" for row in rows)


def row_of(test: str) -> tuple[str, str]:
    """Return how the row of a test begins: its file and its name, in words."""
    module, _, name = test.partition("::")
    return module.removeprefix("test_").removesuffix(".py"), in_words(name)


def _cell(test: str, outcomes: Outcomes, reasons: Mapping[str, str]) -> str:
    outcome = outcomes.get(test)
    if outcome is None:
        return "not run"  # the run was cut off
    return f"**{reasons.get(test, 'fails')}**" if outcome.fails else outcome.told


def table_in_page() -> str:
    """Return the table that docs/implementations.md has now."""
    return PAGE.read_text("utf-8").partition(BEGIN)[2].partition(END)[0].strip()


def write_into_page(generated: str) -> None:
    """Put a table in the place of the one that docs/implementations.md has."""
    before, _, rest = PAGE.read_text("utf-8").partition(BEGIN)
    PAGE.write_text(f"{before}{BEGIN}\n\n{generated}\n\n{END}{rest.partition(END)[2]}", "utf-8")

"""The integration tests on other implementations of AWS; on the lab CI runs them at each landing.

What comes of each module is kept in `.lab/implementations`. With `--go-on` only the modules without
results are run: those that an interrupted run has not reached, or whose report you have deleted.
With `--write-table` the tables of docs/implementations.md are written; then read `git diff`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.implementations.conftest import GO_ON, WRITE_TABLE
from tests.implementations.implementations import OTHERS, Implementation
from tests.implementations.life import Life
from tests.implementations.suite import (
    Outcomes,
    lacking,
    suite_on,
    tables,
    tables_in_page,
    write_into_page,
)
from tests.integration.lab_under_test import LabUnderTest
from tests.integration.sales_files import SAMPLE_SALES

if TYPE_CHECKING:
    from pathlib import Path

    from tests.implementations.suite import Suite

pytestmark = [pytest.mark.implementations, pytest.mark.timeout(3600)]

FIRST_FILE_SECONDS = 240
"""Until a process of each function runs."""


@pytest.fixture(scope="module")
def came_of() -> dict[str, Outcomes]:
    """What came of the tests, by implementation."""
    return {}


@pytest.mark.parametrize("where", OTHERS, ids=lambda each: each.name)
def test_each_integration_test_passes_or_has_its_reason(
    where: Implementation,
    tmp_path: Path,
    came_of: dict[str, Outcomes],
    request: pytest.FixtureRequest,
) -> None:
    suite = suite_on(where)
    if not request.config.getoption(GO_ON):
        suite.forget()
    if suite.missing():
        run(suite, where, tmp_path)
    assert suite.missing() == [], "they were cut off"
    outcomes = came_of[where.name] = suite.outcomes()
    known = lacking(where)
    fail = {test: each.told for test, each in outcomes.items() if each.fails}
    assert {test: fail[test] for test in fail.keys() - known.keys()} == {}, "they have no reason"
    assert known.keys() - fail.keys() == set(), "they do not fail"


def run(suite: Suite, where: Implementation, folder: Path) -> None:
    with where.serve(folder) as endpoint:
        life = Life(where, LabUnderTest.at(endpoint))
        assert life.run("apply").status == 0
        if not where.no_burst:
            life.lab.outcome_of(
                life.lab.upload("first.csv", SAMPLE_SALES), within=FIRST_FILE_SECONDS
            )
        suite.run(endpoint)


def test_the_page_tells_what_came_of_them(
    came_of: dict[str, Outcomes], request: pytest.FixtureRequest
) -> None:
    if len(came_of) < len(OTHERS):
        pytest.skip("not all implementations were run")
    generated = tables(OTHERS, came_of)
    if request.config.getoption(WRITE_TABLE):
        write_into_page(generated)
    assert tables_in_page() == generated

"""docs/implementations.md says what the tests on other implementations of AWS allow for."""

from pathlib import Path

from tests.implementations.implementations import OTHERS, table
from tests.implementations.suite import lacking, row_of, tables_in_page

REPOSITORY = Path(__file__).parents[3]
PAGE = REPOSITORY / "docs" / "implementations.md"


def test_the_page_has_the_table_of_what_is_different() -> None:
    assert table() in PAGE.read_text("utf-8")


def test_each_integration_test_that_fails_somewhere_exists_and_has_its_reason_in_its_row() -> None:
    rows = tables_in_page().splitlines()
    for test, reason in [each for where in OTHERS for each in lacking(where).items()]:
        module, _, name = test.partition("::")
        assert f"def {name}(" in (REPOSITORY / "tests" / "integration" / module).read_text("utf-8")
        beginning = f"| {' | '.join(row_of(test))} |"
        [row] = [each for each in rows if each.startswith(beginning)]
        assert f"**{reason}**" in row

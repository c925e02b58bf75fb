"""docs/implementations.md says what the tests on other implementations of AWS allow for."""

from pathlib import Path

from tests.implementations.implementations import table

PAGE = Path(__file__).parents[3] / "docs" / "implementations.md"


def test_the_page_has_the_table_of_what_is_different() -> None:
    assert table() in PAGE.read_text("utf-8")

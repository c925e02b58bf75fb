"""The counted table of docs/reliability.md has a row for each fault and load test, and no other."""

import ast
from pathlib import Path

from tests.integration.reliability_table import BEGIN, END, in_words

REPOSITORY = Path(__file__).parents[3]
COUNTED = ("faults", "stopping", "midnight", "load", "corpus")


def counted_tests() -> set[str]:
    """Each test of those files, in words, without its cases."""
    files = [REPOSITORY / f"tests/integration/test_{name}.py" for name in COUNTED]
    return {
        in_words(node.name)
        for file in files
        for node in ast.parse(file.read_text("utf-8")).body
        if isinstance(node, ast.FunctionDef) and node.name.startswith("test_")
    }


def test_each_row_is_a_test_and_each_test_has_a_row() -> None:
    page = (REPOSITORY / "docs" / "reliability.md").read_text("utf-8")
    _, _, rest = page.partition(BEGIN)
    _, _, *rows = rest.partition(END)[0].strip().splitlines()
    cells = [row.strip("| ").split(" | ") for row in rows]
    assert {len(each) for each in cells} == {3}
    assert {what.partition(" (")[0] for what, _, _ in cells} == counted_tests()

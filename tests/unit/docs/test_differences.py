"""The table of docs/differences.md, the plugin's list of gaps and the gaps' tests say the same.

That each of those tests fails without the plugin, `scripts/lab test --plain` proves.
"""

import ast
import re
from pathlib import Path

from lab_engine.gaps import GAPS, table

REPOSITORY = Path(__file__).parents[3]
PAGE = REPOSITORY / "docs" / "differences.md"


def gap_markers() -> list[ast.Call]:
    """Every `pytest.mark.gap(...)` of the tests of the engine."""
    return [
        node
        for file in (REPOSITORY / "tests" / "engine").rglob("test_*.py")
        for node in ast.walk(ast.parse(file.read_text("utf-8")))
        if isinstance(node, ast.Call) and ast.unparse(node.func) == "pytest.mark.gap"
    ]


def test_the_page_holds_the_table_as_the_plugin_has_it() -> None:
    assert table() in PAGE.read_text("utf-8"), "python -m lab_engine.gaps prints the new one"


def test_each_gap_has_a_test_that_shows_it() -> None:
    shown = {ast.literal_eval(marker.args[0]) for marker in gap_markers()}
    assert {gap.place for gap in GAPS} == shown


def test_each_gap_is_closed_at_a_place_that_is_there() -> None:
    for gap in GAPS:
        place = REPOSITORY / "engine" / "lab_engine" / gap.place
        assert place.is_dir() or place.with_suffix(".py").is_file(), gap.place


def test_each_gap_says_what_is_true_and_what_is_without_the_plugin() -> None:
    for marker in gap_markers():
        _, what = map(ast.literal_eval, marker.args)
        (plain,) = (each.value for each in marker.keywords if each.arg == "plain")
        assert what
        assert re.compile(ast.literal_eval(plain)).search("") is None, ast.unparse(marker)

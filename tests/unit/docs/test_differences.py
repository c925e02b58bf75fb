"""The table of docs/differences.md, the plugin's features and the gaps' tests name the same places.

That each of those tests fails without the plugin, `scripts/lab test --plain` proves.
"""

import ast
import re
from pathlib import Path

from lab_engine.startup import FIDELITY

REPOSITORY = Path(__file__).parents[3]
PAGE = REPOSITORY / "docs" / "differences.md"
_ROW = re.compile(r"^\|.*\| `([a-z0-9_/]+?)(?:/|\.py)` \|$", re.MULTILINE)


def places_of_the_table() -> list[str]:
    return _ROW.findall(PAGE.read_text("utf-8"))


def gap_markers() -> list[ast.Call]:
    """Every `pytest.mark.gap(...)` of the tests of the engine."""
    return [
        node
        for file in (REPOSITORY / "tests" / "engine").rglob("test_*.py")
        for node in ast.walk(ast.parse(file.read_text("utf-8")))
        if isinstance(node, ast.Call) and ast.unparse(node.func) == "pytest.mark.gap"
    ]


def test_each_row_of_the_table_has_a_test_that_shows_the_gap() -> None:
    shown = {ast.literal_eval(marker.args[0]) for marker in gap_markers()}
    assert set(places_of_the_table()) == shown


def test_the_table_has_one_row_for_each_feature_that_lab_fidelity_switches_off() -> None:
    places = places_of_the_table()
    rooms = {name.split(".")[1] for name in FIDELITY}
    assert rooms - {place.partition("/")[0] for place in places} == set()
    assert len(places) == len(set(places))


def test_each_gap_says_what_is_true_and_what_is_without_the_plugin() -> None:
    for marker in gap_markers():
        _, what = map(ast.literal_eval, marker.args)
        (plain,) = (each.value for each in marker.keywords if each.arg == "plain")
        assert what
        assert re.compile(ast.literal_eval(plain)).search("") is None, ast.unparse(marker)

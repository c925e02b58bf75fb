"""Filter patterns of CloudWatch Logs."""

import json

import pytest

from lab_engine.logs.patterns import compile_pattern

LINE = json.dumps(
    {"event": "file_validated", "rows": 5, "ok": True, "note": None, "deep": {"list": ["q", 2]}}
)


@pytest.mark.parametrize(
    ("pattern", "matches"),
    [
        ('{ $.event = "file_validated" }', True),
        ('{$.event="file_rejected"}', False),
        ("{ $.event = file_* }", True),
        ('{ $.event != "file_validated" }', False),
        ("{ $.rows = 5 }", True),
        ("{ $.rows > 5 || $.rows < 2 }", False),
        ("{ ($.rows >= 5) && ($.ok IS TRUE) }", True),
        ("{ $.note IS NULL }", True),
        ("{ $.missing IS NULL }", False),
        ("{ $.missing NOT EXISTS }", True),
        ("{ $.event NOT EXISTS }", False),
        ("{ $.deep.list[1] = 2 }", True),
        ('{ $.deep.list[*] = "q" }', True),
        ("file_validated", True),
        ('"file_validated" rows', True),
        ("file_validated -rows", False),
        ("?nothing ?rows", True),
        ("", True),
    ],
)
def test_45_a_pattern_matches_as_the_cloudwatch_logs_guide_says(
    pattern: str, matches: bool
) -> None:
    assert compile_pattern(pattern)(LINE) is matches


def test_a_json_pattern_matches_no_line_that_is_not_json() -> None:
    assert not compile_pattern("{ $.missing NOT EXISTS }")("START RequestId: 1")

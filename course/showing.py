"""What people see of results: plain lines in one language."""

from collections.abc import Iterator
from typing import Final

from course import words
from course.checking import Result
from course.finding import Verdict
from course.language import Language, Text

SIGNS: Final = {Verdict.PASS: "✓", Verdict.FAIL: "✗", Verdict.NOT_YET: "·"}


def result_lines(result: Result, language: Language) -> Iterator[str]:
    """Return a result: its sign and title; if it failed also what was expected, found and why."""
    sign = SIGNS[result.verdict]
    yield f"{sign} {result.check.title.in_language(language)}"
    finding = result.finding
    if result.verdict is Verdict.PASS:
        return
    if result.verdict is Verdict.NOT_YET:
        if finding.actual:
            yield f"    {_in_one_line(finding.actual, language)}"
        return
    said: list[tuple[Text, Text | None]] = [
        (words.EXPECTED, finding.expected),
        (words.ACTUAL, finding.actual),
        (words.WHY, result.says),
    ]
    if finding.look_at:
        said.append((words.LOOK_AT, Text.same(f"scripts/lab {finding.look_at}")))
    for label, text in said:
        if text is not None:
            # No columns: Thai letters have no one width, and the lines are read by programs too.
            yield f"    {label.in_language(language)}: {_in_one_line(text, language)}"


def _in_one_line(text: Text, language: Language) -> str:
    return " ".join(text.in_language(language).split())

"""What people see of results: plain lines in one language."""

from collections.abc import Iterator, Mapping
from typing import Final

from course import words
from course.checking import Result, all_passed
from course.finding import Verdict
from course.grading import Grade, StepGrade
from course.language import Language, Text
from course.library import WEEKS
from course.session import Session
from course.step import Step
from course.traps import Trap, TrapState

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


def summary(session: Session, step: Step, results: list[Result]) -> Text:
    """Return how a check of a step ended, and what to do next."""
    following = session.after(step)
    said = _ending(step, all_passed(results), is_last=following is None)
    return said.filled(
        {
            "passed": sum(each.verdict is Verdict.PASS for each in results),
            "total": len(results),
            "points": f"{session.progress.points(step):g}",
            "step": step.short,
            "next": following.short if following else "",
        }
    )


def _ending(step: Step, is_passed: bool, *, is_last: bool) -> Text:
    if not is_passed:
        return words.NOT_PASSED
    if step.is_chapter:
        return words.CHAPTER_PASSED_LAST if is_last else words.CHAPTER_PASSED
    return words.PASSED_LAST if is_last else words.PASSED


def step_grade_line(grade: StepGrade, language: Language) -> str:
    """Say what one step is worth, and why where that is less than all."""
    step = grade.step
    sign = "✓" if grade.is_passed else "✗" if grade.passed else "·"
    said = words.STEP_GRADE.filled(
        {
            "title": step.title.in_language(language),
            "points": f"{grade.points:g}",
            "most": step.points,
            "passed": grade.passed,
            "checks": grade.checks,
        }
    )
    solved = f", {words.SOLVED.in_language(language)}" if grade.solved else ""
    return f"{sign} {step.id}  {said.in_language(language)}{solved}"


def grade_lines(grade: Grade, language: Language) -> Iterator[str]:
    """Say what somebody's work is worth: the sum, each week, and what a teacher should know."""
    student = grade.student
    facts = {"points": f"{grade.points:g}", "most": grade.most_points}
    total = words.GRADE.filled({"student": student.id, "account": student.account, **facts})
    yield total.in_language(language)
    for week in WEEKS:
        steps = [each for each in grade.steps if each.step.week == week]
        predictions = sum(each.points for each in grade.predictions if each.week == week)
        said = words.WEEK_GRADE.filled(
            {
                "week": week,
                "passed": sum(each.is_passed for each in steps),
                "steps": len(steps),
                "points": f"{sum(each.points for each in steps) + predictions:g}",
                "hints": sum(each.hints for each in steps),
                "solved": sum(each.solved for each in steps),
            }
        )
        if steps:
            yield f"  {said.in_language(language)}"
    if grade.traps:
        traps = words.TRAPS_GRADE.filled(trap_facts(grade.traps)).in_language(language)
        yield f"  {traps}"
    for note in grade.notes:
        yield f"  ! {_in_one_line(note, language)}"


def trap_facts(states: Mapping[Trap, TrapState]) -> dict[str, int]:
    """Return how many traps there are, how many are mended, and how many more were met."""
    mended = sum(state is TrapState.MENDED for state in states.values())
    met = sum(state is not TrapState.OPEN for state in states.values()) - mended
    return {"mended": mended, "total": len(states), "met": met}


def _in_one_line(text: Text, language: Language) -> str:
    return " ".join(text.in_language(language).split())

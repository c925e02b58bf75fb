"""What work is worth, the list of a class, and the two files that grades are written to."""

import csv
import json
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from course import words
from course.checking import Result
from course.finding import Finding, Verdict
from course.grade_files import COLUMNS, as_classroom50, as_nbgrader, write_grades
from course.grading import (
    OF_THE_PAST,
    PREDICTION_POINTS,
    Grade,
    PredictionGrade,
    StepGrade,
    Student,
    grade_predictions,
    grade_step,
)
from course.library import open_library
from course.probes import probes
from course.progress import PracticeProgress, PredictionProgress, Progress
from course.question import read_questions
from course.roster import RosterError, read_roster
from course.sandbox import Sandbox
from course.showing import grade_lines
from course.step import Step
from course.traps import read_traps, trap_states

LIBRARY = open_library()
BUILT = LIBRARY.named("1.2")
TRIED = LIBRARY.named("1.6")
SOMCHAI = Student("somchai", "222222222222", "สมชาย", "ใจดี", "somchai@example.com")
MOMENT = datetime(2026, 11, 26, 3, 4, 5, tzinfo=UTC)


def results(step: Step, *verdicts: Verdict) -> list[Result]:
    return [
        Result(check, Finding(verdict))
        for check, verdict in zip(step.checks, verdicts, strict=True)
    ]


def all_fail(step: Step) -> list[Result]:
    return results(step, *[Verdict.FAIL] * len(step.checks))


def record(step: Step, **known: object) -> Progress:
    progress = Progress(account=SOMCHAI.account)
    for name, value in known.items():
        setattr(progress.of(step), name, value)
    return progress


def grade(*steps: StepGrade, right: int = 0) -> Grade:
    predictions = (PredictionGrade(week=1, questions=3, right=right),)
    return Grade(SOMCHAI, MOMENT, None, steps, predictions)


def test_a_step_is_worth_the_share_of_its_checks_that_pass() -> None:
    count = len(BUILT.checks)
    half = grade_step(
        BUILT,
        results(BUILT, *[Verdict.PASS] * (count - 1), Verdict.FAIL),
        Progress(account=SOMCHAI.account),
    )
    assert half.points == round(BUILT.points * (count - 1) / count, 1)
    assert not half.is_passed


def test_what_the_course_solved_earns_nothing_though_it_passes() -> None:
    passing = results(BUILT, *[Verdict.PASS] * len(BUILT.checks))
    found = grade_step(BUILT, passing, record(BUILT, solved=True, hints=3))
    assert (found.points, found.is_passed, found.hints) == (0.0, False, 3)


def test_the_record_counts_for_what_a_student_once_did_and_not_for_what_stands_in_the_cloud() -> (
    None
):
    tried = grade_step(TRIED, all_fail(TRIED), record(TRIED, passed_at=MOMENT))
    assert tried.is_passed
    assert tried.recorded == len(TRIED.checks)
    built = grade_step(BUILT, all_fail(BUILT), record(BUILT, passed_at=MOMENT))
    assert built.points == 0


def test_without_a_record_what_a_student_did_must_show() -> None:
    found = grade_step(TRIED, all_fail(TRIED), Progress(account=SOMCHAI.account))
    assert found.points == 0


def test_each_probe_that_the_record_may_stand_for_is_one_and_is_used() -> None:
    assert set(probes) >= OF_THE_PAST
    used = {check.probe for step in LIBRARY.steps for check in step.checks}
    assert used >= OF_THE_PAST


def test_a_prediction_counts_by_its_first_answer() -> None:
    first, second, third = (each for each in read_questions() if each.week == 1)
    wrong = next(letter for letter in second.choices if letter != second.answer)
    progress = Progress(account=SOMCHAI.account)
    progress.predictions[first.id] = PredictionProgress(answers=[first.answer], right=True)
    answers = [wrong, second.answer]
    progress.predictions[second.id] = PredictionProgress(answers=answers, right=True)
    week1 = next(iter(grade_predictions(progress)))
    assert third.id not in progress.predictions
    assert (week1.right, week1.questions) == (1, 3)
    assert week1.points == round(PREDICTION_POINTS / 3, 1)


# The files --------------------------------------------------------------------------------------


def test_one_grade_is_a_result_as_classroom_50_validates_it() -> None:
    partly = StepGrade(BUILT, passed=1, hints=2)
    found = as_classroom50([grade(StepGrade(TRIED, len(TRIED.checks)), partly, right=3)], {})
    assert isinstance(found, dict)
    assert found["schema"] == "classroom50/result/v1"
    for name in ("classroom", "assignment", "owner", "commit", "release", "review", "datetime"):
        assert isinstance(found[name], str)
    assert found["assignment_type"] == "individual"
    assert found["submission"] == "submit/2026-11-26T03-04-05Z"
    assert found["score"] == sum(each["score"] for each in found["tests"])
    assert found["max-score"] == TRIED.points + BUILT.points + PREDICTION_POINTS
    for each in found["tests"]:
        assert type(each["score"]) is type(each["max-score"]) is int
        assert 0 <= each["score"] <= each["max-score"]
        assert type(each["passed"]) is bool
    assert found["tests"][1]["hints"] == 2


def test_what_classroom_50_says_of_the_submission_stands_in_the_result() -> None:
    said = {
        "CLASSROOM": "cloud-1",
        "ASSIGNMENT": "pipeline",
        "SUBMISSION_TAG": "submit/x",
        "COMMIT_URL": "https://example.com/c",
        "RELEASE_URL": "https://example.com/r",
    }
    found = as_classroom50([grade()], said)
    assert isinstance(found, dict)
    assert (found["classroom"], found["assignment"]) == ("cloud-1", "pipeline")
    assert (found["submission"], found["release"]) == ("submit/x", "https://example.com/r")
    assert found["commit"] == found["review"] == "https://example.com/c"


def test_the_grades_of_a_class_are_a_list_of_results_each_with_its_own_owner() -> None:
    other = Grade(Student("somying", "333333333333"), MOMENT, None, (), ())
    found = as_classroom50([grade(), other], {"OWNER": "teacher", "COMMIT_URL": "https://x"})
    assert isinstance(found, list)
    assert [each["owner"] for each in found] == ["somchai", "somying"]
    assert {each["commit"] for each in found} == {""}


def test_the_csv_has_nbgraders_columns_and_a_row_for_each_week() -> None:
    steps = [StepGrade(step, len(step.checks)) for step in LIBRARY.steps]
    rows = list(csv.DictReader(as_nbgrader([grade(*steps, right=3)]).splitlines()))
    assert tuple(rows[0]) == COLUMNS
    assert rows[0]["assignment"] == "week1"
    assert rows[0]["student_id"] == "somchai"
    assert rows[0]["timestamp"] == "2026-11-26 03:04:05"
    week1 = sum(step.points for step in LIBRARY.week(1)) + PREDICTION_POINTS
    assert float(rows[0]["score"]) == float(rows[0]["max_score"]) == week1
    assert {row["assignment"] for row in rows} >= {"week1", "week2", "week3"}


def test_a_name_that_is_a_formula_is_text_in_the_csv() -> None:
    hostile = Student("a", "222222222222", first_name="=HYPERLINK(1)")
    text = as_nbgrader([Grade(hostile, MOMENT, None, (StepGrade(BUILT, 1),), ())])
    assert "'=HYPERLINK(1)" in text


def test_the_ending_of_the_file_says_which_format(tmp_path: Path) -> None:
    write_grades(tmp_path / "new" / "g.json", [grade()], {})
    assert json.loads((tmp_path / "new" / "g.json").read_text("utf-8"))["owner"] == "somchai"
    write_grades(tmp_path / "g.csv", [grade()], {})
    assert (tmp_path / "g.csv").read_text("utf-8").startswith("assignment,duedate,timestamp,")
    with pytest.raises(ValueError, match=r"neither \.json nor \.csv"):
        write_grades(tmp_path / "g.xlsx", [grade()], {})


def test_a_grade_is_told_by_week_with_what_a_teacher_should_know() -> None:
    note = words.NOT_BUILT_AGAIN.filled({"what": "x"})
    told = Grade(SOMCHAI, MOMENT, None, (StepGrade(BUILT, 0),), (), (note,))
    lines = list(grade_lines(told, "en"))
    assert lines[0].startswith("somchai (account 222222222222): 0 of ")
    assert lines[-1] == "  ! not built again: x"
    thai = list(grade_lines(told, "th"))
    assert "คะแนน" in thai[0]
    assert thai[-1] == "  ! สร้างใหม่ไม่ได้: x"


def test_the_traps_are_counted_beside_the_points() -> None:
    progress = Progress(account=SOMCHAI.account)
    mended, explained, met, *others = read_traps()
    for trap in (mended, explained, met):
        progress.practice[trap.id] = PracticeProgress(
            step=trap.step, mistake=trap.mistake, broken_at=MOMENT
        )
    progress.practice[mended.id].mended_at = MOMENT
    progress.practice[explained.id].explained = True
    plain = grade(StepGrade(BUILT, 1))
    told = replace(plain, traps=trap_states(progress))
    assert (told.points, told.most_points) == (plain.points, plain.most_points)
    found = as_classroom50([told], {})
    assert isinstance(found, dict)
    assert (found["traps"]["mended"], found["traps"]["of"]) == (1, 3 + len(others))
    states = found["traps"]["states"]
    assert [states[each.id] for each in (mended, explained, met, others[0])] == [
        "mended",
        "explained",
        "provoked",
        "open",
    ]
    row = list(csv.DictReader(as_nbgrader([told]).splitlines()))[-1]
    assert (row["assignment"], row["score"]) == ("traps", "1.0")
    assert float(row["max_score"]) == len(states)
    line = f"  traps: 1 of {len(states)} mended, 2 more met (by the record; no points)"
    assert line in list(grade_lines(told, "en"))


# The list of a class -----------------------------------------------------------------------------


def test_a_roster_of_classroom_50_with_one_more_column_is_read(tmp_path: Path) -> None:
    file = tmp_path / "students.csv"
    file.write_text(
        "username,first_name,last_name,email,section,account\n"
        "somchai,สมชาย,ใจดี,somchai@example.com,1,222222222222\n",
        encoding="utf-8-sig",
    )
    assert read_roster(file) == [SOMCHAI]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("username,email\na,b\n", "needs the columns username and account"),
        ("username,account\na,12\n", "12 digits"),
        ("username,account\na,222222222222\nb,222222222222\n", "222222222222 more than once"),
        ("username,account\n=cmd(),222222222222\n", "is no username"),
        ("username,account\n", "names nobody"),
        ("", "needs the columns"),
        ("username,account\n" + "a" * 200_000 + ",222222222222\n", "not CSV"),
    ],
)
def test_a_roster_that_cannot_be_used_says_what_to_mend_in_both_languages(
    text: str, said: str, tmp_path: Path
) -> None:
    file = tmp_path / "roster.csv"
    file.write_text(text, encoding="utf-8")
    limit = csv.field_size_limit(131_072)  # Python's own: the pipeline's code raises it
    try:
        with pytest.raises(RosterError, match=said) as refused:
            read_roster(file)
    finally:
        csv.field_size_limit(limit)
    for told in (refused.value.text.th, refused.value.text.en):
        assert told.startswith(str(file))
        assert "\n" not in told
    assert said not in refused.value.text.th


def test_a_roster_that_is_not_there_or_not_utf8_is_one_line(tmp_path: Path) -> None:
    with pytest.raises(RosterError, match="No such file"):
        read_roster(tmp_path / "none.csv")
    (tmp_path / "thai.csv").write_bytes("username,account\nสมชาย,1\n".encode("cp874"))
    with pytest.raises(RosterError, match="not UTF-8"):
        read_roster(tmp_path / "thai.csv")


# Data of a student's own -------------------------------------------------------------------------


def test_seeds_differ_by_account_student_and_course_key_and_are_the_same_again() -> None:
    def seed(**of: Any) -> bytes:
        return Sandbox("http://127.0.0.1:4566", **of).seed("sample")

    seeds = [
        seed(),
        seed(account="222222222222"),
        seed(student="somchai"),
        seed(course_key="of this term"),
    ]
    assert len(set(seeds)) == len(seeds)
    assert seed(student="somchai") == seeds[2]

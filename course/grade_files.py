"""Grades as files: JSON as Classroom 50 collects it, CSV with the columns of nbgrader.

Sources:
    Classroom 50, `classroom50/result/v1`: foundation50/classroom50, wiki/Advanced-Autograding.md
    ("The result.json contract"); what it refuses: `TestValidateResult` in
    cli/gh-teacher/autograders_tests. Scores are whole numbers, further fields are allowed. (GitHub
    Classroom itself ended in August 2026.)

    nbgrader, `CsvExportPlugin` in nbgrader/plugins/export.py: one row for each assignment and
    student; here a week is an assignment, and so are the traps.
"""

import csv
import io
import json
from collections.abc import Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any, Final

from course.files import write_whole
from course.grading import PREDICTION_POINTS, Grade, PredictionGrade, StepGrade
from course.library import WEEKS

ASSIGNMENT: Final = "csv-report-processor"
COLUMNS: Final = (
    "assignment",
    "duedate",
    "timestamp",
    "student_id",
    "last_name",
    "first_name",
    "email",
    "raw_score",
    "late_submission_penalty",
    "score",
    "max_score",
)
ENDINGS: Final = (".json", ".csv")
_FORMULA: Final = ("=", "+", "-", "@", "\t", "\r")


def write_grades(file: Path, grades: Sequence[Grade], environ: Mapping[str, str]) -> None:
    """Write grades in the format that the file's name asks for, whole or not at all.

    Args:
        file: `.json` or `.csv`.
        grades: One makes a result, several make a list of results.
        environ: Classroom 50 says in it what is graded: CLASSROOM, ASSIGNMENT, OWNER,
            SUBMISSION_TAG, COMMIT_URL, RELEASE_URL, REVIEW_URL.

    Raises:
        ValueError: The name has another ending.
    """
    if file.suffix == ".json":
        results = as_classroom50(grades, environ)
        text = json.dumps(results, indent=2, ensure_ascii=False) + "\n"
    elif file.suffix == ".csv":
        text = as_nbgrader(grades)
    else:
        message = f"{file} ends in neither .json nor .csv"
        raise ValueError(message)
    write_whole(file, text)


def as_classroom50(
    grades: Sequence[Grade], environ: Mapping[str, str]
) -> dict[str, Any] | list[dict[str, Any]]:
    """One grade as a result; several as a list, about which the environment says nothing."""
    if len(grades) == 1:
        return _result(grades[0], environ)
    return [_result(each, {}) for each in grades]


def as_nbgrader(grades: Sequence[Grade]) -> str:
    """Grades as CSV: a row for each student and week that has something to earn, and the traps."""
    text = io.StringIO()
    writer = csv.DictWriter(text, COLUMNS, lineterminator="\n")
    writer.writeheader()
    for grade in grades:
        for week in WEEKS:
            steps = [each for each in grade.steps if each.step.week == week]
            predictions = [each for each in grade.predictions if each.week == week]
            most = sum(each.step.points for each in steps) + PREDICTION_POINTS * len(predictions)
            earned = sum(each.points for each in steps)
            score = round(earned + sum(each.points for each in predictions), 1)
            if most:
                writer.writerow(_row(grade, f"week{week}", score, most))
        if grade.traps:  # an assignment of its own: whoever reads the grades decides what it counts
            writer.writerow(_row(grade, "traps", grade.traps_mended, len(grade.traps)))
    return text.getvalue()


def _row(grade: Grade, assignment: str, score: float, most: int) -> dict[str, object]:
    student = grade.student
    words = {
        "assignment": assignment,
        "duedate": "",
        "timestamp": (grade.submitted_at or grade.graded_at).strftime("%Y-%m-%d %H:%M:%S"),
        "student_id": student.id,
        "last_name": student.last_name,
        "first_name": student.first_name,
        "email": student.email,
    }
    numbers: dict[str, object] = {
        "raw_score": float(score),
        "late_submission_penalty": 0.0,
        "score": float(score),
        "max_score": float(most),
    }
    return {**{name: _as_text(value) for name, value in words.items()}, **numbers}


def _result(grade: Grade, environ: Mapping[str, str]) -> dict[str, Any]:
    tests = [*map(_step_test, grade.steps), *map(_prediction_test, grade.predictions)]
    made = grade.submitted_at or grade.graded_at
    commit = environ.get("COMMIT_URL", "")
    return {
        "schema": "classroom50/result/v1",
        "classroom": environ.get("CLASSROOM", ""),
        "assignment": environ.get("ASSIGNMENT") or ASSIGNMENT,
        "owner": environ.get("OWNER") or grade.student.id,
        "assignment_type": "individual",
        "submission": environ.get("SUBMISSION_TAG") or f"submit/{made:%Y-%m-%dT%H-%M-%SZ}",
        "commit": commit,
        "release": environ.get("RELEASE_URL", ""),
        "review": environ.get("REVIEW_URL") or commit,
        "datetime": _iso(made),
        "score": sum(each["score"] for each in tests),
        "max-score": sum(each["max-score"] for each in tests),
        "tests": tests,
        "account": grade.student.account,
        "graded_at": _iso(grade.graded_at),
        "traps": {
            "mended": grade.traps_mended,
            "of": len(grade.traps),
            "states": {trap.id: state.value for trap, state in grade.traps.items()},
        },
        "notes": [note.en for note in grade.notes],
    }


def _step_test(grade: StepGrade) -> dict[str, Any]:
    return {
        "test-name": grade.step.id,
        "passed": grade.is_passed,
        "score": _whole(grade.points),
        "max-score": grade.step.points,
        "checks": {"passed": grade.passed, "recorded": grade.recorded, "of": grade.checks},
        "hints": grade.hints,
        "attempts": grade.attempts,
        "solved": grade.solved,
    }


def _prediction_test(grade: PredictionGrade) -> dict[str, Any]:
    return {
        "test-name": f"week{grade.week}/predictions",
        "passed": grade.right == grade.questions,
        "score": _whole(grade.points),
        "max-score": PREDICTION_POINTS,
    }


def _whole(points: float) -> int:
    return int(points + 0.5)


def _iso(moment: datetime) -> str:
    return f"{moment:%Y-%m-%dT%H:%M:%SZ}"


def _as_text(value: str) -> str:
    """Return a cell that a spreadsheet shows and does not run, also where it is a formula."""
    return f"'{value}" if value.startswith(_FORMULA) else value

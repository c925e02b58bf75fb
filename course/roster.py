"""The list of a class: who works in which account."""

import csv
import re
import reprlib
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from course import words
from course.files import why_unreadable
from course.grading import Student
from course.language import ToldError

_ACCOUNT: Final = re.compile(r"\d{12}")
_ID: Final = re.compile(r"[^\W_][\w.@-]{0,59}")
_ID_COLUMNS: Final = ("username", "student_id", "id")
"""As Classroom 50 and nbgrader call it: students.csv of the first, `nbgrader db student import` of
the second."""


class RosterError(ToldError):
    """The list cannot be used; the message is one line and says what to mend."""


def read_roster(file: Path) -> list[Student]:
    """Read a class from a CSV with the columns `username` and `account`.

    `student_id` or `id` instead of `username` will do; `first_name`, `last_name` and `email` are
    taken over, other columns are left alone.

    Raises:
        RosterError: There is no such file, a column is missing, or an account is none or is given
            twice.
    """
    try:
        text = file.read_text(encoding="utf-8-sig")
    except OSError as error:
        raise RosterError(why_unreadable(error), file=file) from error
    except UnicodeDecodeError as error:
        raise RosterError(words.ROSTER_NOT_UTF8, file=file) from error
    rows = csv.DictReader(text.splitlines())
    try:
        students = list(_students(file, rows))
    except csv.Error as error:
        raise RosterError(words.ROSTER_NO_CSV, file=file, line=rows.line_num) from error
    _refuse_twice(file, students)
    return students


def _students(file: Path, rows: csv.DictReader[str]) -> Iterator[Student]:
    columns = [name.strip() for name in rows.fieldnames or ()]
    rows.fieldnames = columns
    id_column = next((name for name in _ID_COLUMNS if name in columns), None)
    if id_column is None or "account" not in columns:
        found = ", ".join(columns) or "-"
        raise RosterError(words.ROSTER_COLUMNS, file=file, columns=found)
    for row in rows:
        yield _student(file, rows.line_num, row, id_column)


def _student(file: Path, line: int, row: dict[str, str | None], id_column: str) -> Student:
    cells = {name: (value or "").strip() for name, value in row.items() if isinstance(name, str)}
    if not _ID.fullmatch(cells[id_column]):
        raise RosterError(
            words.ROSTER_NAME,
            file=file,
            line=line,
            name=reprlib.repr(cells[id_column]),
            column=id_column,
        )
    if not _ACCOUNT.fullmatch(cells["account"]):
        raise RosterError(
            words.ROSTER_ACCOUNT, file=file, line=line, account=reprlib.repr(cells["account"])
        )
    known = {name: cells.get(name, "") for name in ("first_name", "last_name", "email")}
    return Student(cells[id_column], cells["account"], **known)


def _refuse_twice(file: Path, students: list[Student]) -> None:
    if not students:
        raise RosterError(words.ROSTER_NOBODY, file=file)
    for attribute in ("id", "account"):
        values = [getattr(each, attribute) for each in students]
        twice = sorted({value for value in values if values.count(value) > 1})
        if twice:
            raise RosterError(words.ROSTER_TWICE, file=file, twice=", ".join(twice))

"""The list of a class: who works in which account."""

import csv
import re
from pathlib import Path
from typing import Final

from course.grading import Student

_ACCOUNT: Final = re.compile(r"\d{12}")
_ID: Final = re.compile(r"[^\W_][\w.@-]{0,59}")
_ID_COLUMNS: Final = ("username", "student_id", "id")
"""As Classroom 50 and nbgrader call it: students.csv of the first, `nbgrader db student import` of
the second."""


class RosterError(Exception):
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
        message = f"{file}: {error.strerror}"
        raise RosterError(message) from error
    except UnicodeDecodeError as error:
        message = f"{file} is not UTF-8: save it as CSV UTF-8"
        raise RosterError(message) from error
    rows = csv.DictReader(text.splitlines())
    columns = [name.strip() for name in rows.fieldnames or ()]
    rows.fieldnames = columns
    id_column = next((name for name in _ID_COLUMNS if name in columns), None)
    if id_column is None or "account" not in columns:
        message = f"{file} needs the columns username and account, and has {', '.join(columns)}"
        raise RosterError(message)
    students = [_student(file, rows.line_num, row, id_column) for row in rows]
    _refuse_twice(file, students)
    return students


def _student(file: Path, line: int, row: dict[str, str | None], id_column: str) -> Student:
    cells = {name: (value or "").strip() for name, value in row.items() if isinstance(name, str)}
    if not _ID.fullmatch(cells[id_column]):
        message = f"{file}:{line}: {cells[id_column]!r} is no {id_column}"
        raise RosterError(message)
    if not _ACCOUNT.fullmatch(cells["account"]):
        message = f"{file}:{line}: the account is {cells['account']!r}, but it must have 12 digits"
        raise RosterError(message)
    known = {name: cells.get(name, "") for name in ("first_name", "last_name", "email")}
    return Student(cells[id_column], cells["account"], **known)


def _refuse_twice(file: Path, students: list[Student]) -> None:
    if not students:
        message = f"{file} names nobody"
        raise RosterError(message)
    for attribute in ("id", "account"):
        values = [getattr(each, attribute) for each in students]
        twice = sorted({value for value in values if values.count(value) > 1})
        if twice:
            message = f"{file} has {', '.join(twice)} more than once"
            raise RosterError(message)

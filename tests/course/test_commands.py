"""The course's commands as a student types them, on a lab: what they say, and what they keep."""

import json
import os
import subprocess
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from course.library import open_library
from course.progress import read_progress
from course.resources import inventory, wipe
from course.sandbox import Sandbox
from course.session import EmptyAccountError, OutOfOrderError, Session
from lab.paths import REPOSITORY, lab_home
from provision.changes import Changes
from provision.waiting import wait_until
from tests.waiting import PATIENCE

pytestmark = [pytest.mark.course, pytest.mark.timeout(600)]

LIBRARY = open_library()
FIRST = LIBRARY.named("1.1")
TRIGGER = LIBRARY.named("1.4")
FUNCTION = LIBRARY.named("1.3")


@dataclass(frozen=True)
class Student:
    """Somebody at a terminal."""

    sandbox: Sandbox
    my: Path

    def types(self, *words: str, language: str = "en") -> subprocess.CompletedProcess[str]:
        """Run a command of the lab."""
        running = self.begins(*words, language=language)
        stdout, stderr = running.communicate()
        return subprocess.CompletedProcess(words, running.returncode, stdout, stderr)

    def begins(self, *words: str, language: str = "en") -> subprocess.Popen[str]:
        """Run a command of the lab without waiting for its end."""
        return subprocess.Popen(
            [str(REPOSITORY / "scripts" / "lab"), *words],
            env={
                **os.environ,
                "LOCALSTACK_PORT": str(self.port),
                "LAB_ACCOUNT": self.sandbox.account,
                "LAB_MY": str(self.my),
                "LAB_LANG": language,
            },
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )

    @property
    def port(self) -> int:
        """The lab's."""
        return urlsplit(self.sandbox.endpoint).port or 0

    @property
    def record(self) -> Path:
        """The file that says how far they are."""
        return lab_home(self.port) / "course" / f"{self.sandbox.account}.json"


@pytest.fixture
def student(
    account: Callable[[str], Sandbox], tmp_path: Path, request: pytest.FixtureRequest
) -> Student:
    return Student(account(request.node.name), tmp_path / "my")


@pytest.fixture
def session(
    account: Callable[[str], Sandbox], tmp_path: Path, request: pytest.FixtureRequest
) -> Session:
    return Session(account(request.node.name), tmp_path / "progress.json", tmp_path / "my")


def test_a_student_begins_is_checked_is_helped_and_goes_on(student: Student) -> None:
    table = student.types("course", language="th")
    assert "→ 1.1 สร้าง S3 bucket สองใบ" in table.stdout

    read = student.types("course", "text")
    assert f"`{student.sandbox.raw_bucket}`" in read.stdout

    checked = student.types("course", "check")
    assert checked.returncode == 1
    assert "✗ There is a bucket for raw files, in Singapore" in checked.stdout

    refused = student.types("course", "solve")
    assert refused.returncode == 1
    assert refused.stderr.endswith("1.1, or add --anyway.\n")
    for _ in range(3):
        assert student.types("course", "hint").returncode == 0
    solved = student.types("course", "solve")
    assert "aws s3api create-bucket --bucket" in solved.stdout

    passed = student.types("course", "check", "1.1")
    assert (passed.returncode, passed.stderr) == (0, "")
    assert "→ 1.2" in student.types("course").stdout

    listed = student.types("aws", "s3", "ls")
    assert student.sandbox.raw_bucket in listed.stdout
    student.record.unlink()


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["course", "check", "9.9"], "No step is called 9.9"),
        (["course", "start", "7"], "The weeks are 1 to 4, and 5 is"),
        (["course", "check", "--lang", "de"], "--lang th"),
        (["course", "check", "--account", "12"], "twelve digits"),
        (["course", "predict", "1.q9"], "There are: 1.q1"),
        (["course", "predict", "1.q1", "z"], "Choose one of: a, b, c"),
        (["course", "resume"], "scripts/lab course check"),
        (["course", "grade"], "there is nothing to hand in or grade"),
        (["course", "submit"], "there is nothing to hand in or grade"),
        (["course", "start", "1", "--account", "000000000000"], "scripts/lab up --empty"),
        (["course", "reset", "--account", "000000000000"], "scripts/lab up --empty"),
    ],
    ids=lambda each: each[-1] if isinstance(each, list) else "",
)
def test_bad_use_gets_one_line_that_says_what_to_do(
    words: list[str], said: str, student: Student
) -> None:
    run = student.types(*words)
    assert run.returncode != 0
    assert said in run.stderr
    assert len(run.stderr.strip().splitlines()) == 1, run.stderr
    assert "Traceback" not in run.stderr


def test_an_account_with_something_in_it_is_begun_anew_only_when_told_so(student: Student) -> None:
    FIRST.solve(student.sandbox, Changes())
    refused = student.types("course", "start", "1")
    assert refused.returncode == 1
    assert refused.stderr.strip().endswith("1 --yes")
    assert student.sandbox.client("s3").list_buckets()["Buckets"]
    assert student.types("course", "start", "1", "--yes").returncode == 0
    assert not student.sandbox.client("s3").list_buckets()["Buckets"]


def test_a_student_hands_in_a_file_and_sees_what_the_work_is_worth(
    student: Student, tmp_path: Path
) -> None:
    FIRST.solve(student.sandbox, Changes())
    file = tmp_path / "handed in.json"
    handed_in = student.types("course", "submit", "--out", str(file))
    assert (handed_in.returncode, handed_in.stderr) == (0, "")
    assert student.sandbox.raw_bucket in file.read_text("utf-8")
    graded = student.types("course", "grade", "--out", str(tmp_path / "g.csv"))
    assert f"✓ {FIRST.id}" in graded.stdout, graded.stderr
    assert f"(account {student.sandbox.account})" in graded.stdout
    assert (tmp_path / "g.csv").read_text("utf-8").count("\n") >= 4


def test_what_is_handed_in_is_graded_again_in_a_fresh_lab(student: Student, tmp_path: Path) -> None:
    FIRST.solve(student.sandbox, Changes())
    file, grades = tmp_path / "handed in.json", tmp_path / "grades.json"
    assert student.types("course", "submit", "--out", str(file)).returncode == 0
    wipe(student.sandbox)  # what counts is the file
    graded = student.types("course", "grade", str(file), "--out", str(grades))
    assert graded.returncode == 0, graded.stderr
    assert f"(account {student.sandbox.account})" in graded.stdout
    result = json.loads(grades.read_text("utf-8"))
    assert [each["test-name"] for each in result["tests"] if each["passed"]] == [FIRST.id]


def test_week_4_begins_within_fifteen_seconds(session: Session) -> None:
    session.resources()  # the first clients read botocore's models of the services
    began = time.monotonic()
    session.start(4)
    assert time.monotonic() - began < 15


def beside_progress(stderr: str) -> list[str]:
    """What was said there besides how far it is, which is said of what takes longer than usual."""
    return [line for line in stderr.splitlines() if not line.startswith("checking ")]


def test_a_class_is_graded_by_its_roster(
    account: Callable[[str], Sandbox], student: Student, tmp_path: Path
) -> None:
    FIRST.solve(student.sandbox, Changes())
    idle = account("idle in class")
    roster = tmp_path / "class.csv"
    roster.write_text(
        f"username,account\nsomchai,{student.sandbox.account}\nsomying,{idle.account}\n"
    )
    graded = student.types("course", "grade", "--roster", str(roster))
    assert (graded.returncode, beside_progress(graded.stderr)) == (0, [])
    assert f"somchai (account {student.sandbox.account})" in graded.stdout
    assert "The account is empty." in graded.stdout


def test_a_step_begun_out_of_order_names_the_one_that_comes_first(session: Session) -> None:
    with pytest.raises(OutOfOrderError) as refused:
        session.check(TRIGGER, lambda _: None)
    assert refused.value.needed == FIRST
    with pytest.raises(OutOfOrderError):
        session.solve(TRIGGER, lambda _: None)


def test_an_account_that_was_emptied_by_a_stop_is_brought_back(session: Session) -> None:
    FIRST.solve(session.sandbox, Changes())
    session.check(FIRST, lambda _: None)
    wipe(session.sandbox)
    with pytest.raises(EmptyAccountError):
        session.check(FIRST, lambda _: None)
    assert session.resume() == FIRST
    session.check(FIRST, lambda _: None)


@pytest.mark.parametrize(
    "words", [["start", "2", "--yes"], ["resume"], ["reset"]], ids=["start", "resume", "reset"]
)
def test_a_command_that_was_killed_while_it_changed_the_account_is_finished(
    words: list[str], student: Student
) -> None:
    """Whether the command alone was ended, or the lab with it."""
    assert student.types("course", "start", "2").returncode == 0
    if words == ["resume"]:
        wipe(student.sandbox)
    command = student.begins("course", *words)
    wait_until(
        f"course {' '.join(words)} changes the account",
        lambda: read_progress(student.record, student.sandbox.account).unfinished,
        within=PATIENCE,
        every=0.02,  # before it is done
        growth=1.0,
    )
    command.kill()
    command.communicate()

    left = student.types("course", "check")
    assert left.returncode == 1
    assert len(left.stderr.strip().splitlines()) == 1, left.stderr
    finish = left.stderr.partition("scripts/lab ")[2].split()
    assert [each for each in finish if each in {"course", *words}] == ["course", *words]
    assert student.types("course", "text").returncode == 0  # which does not ask the account

    wipe(student.sandbox)
    assert student.types("course", "check").stderr == left.stderr
    finished = student.types(*finish)
    assert finished.returncode == 0, finished.stderr
    assert "was stopped" not in student.types("course", "check").stderr
    is_empty = not inventory(student.sandbox)
    assert is_empty == (words == ["reset"])


def test_bringing_back_an_account_repeats_no_try(session: Session) -> None:
    tried = LIBRARY.named("2.8")
    for step in (FIRST, tried):
        session.progress.of(step).passed_at = session.progress.of(step).began
    told: list[tuple[str, int, int]] = []
    assert session.resume(lambda step, *counts: told.append((step.id, *counts))) == tried
    assert told == [(FIRST.id, 0, 1)]


def test_code_to_begin_with_is_laid_out_once_and_never_over_the_students_own(
    session: Session,
) -> None:
    (placed,) = session.place_starter(FUNCTION)
    placed.write_text("mine", encoding="utf-8")
    assert session.place_starter(FUNCTION) == []
    assert placed.read_text(encoding="utf-8") == "mine"


def test_deploying_updates_what_differs_and_names_what_is_not_there(session: Session) -> None:
    session.place_starter(FUNCTION)
    assert [each.outcome for each in session.deploy()] == ["absent"]
    for step in (*session.library.before(FUNCTION), FUNCTION):
        step.solve(session.sandbox, Changes())
    assert [each.outcome for each in session.deploy()] == ["updated"]
    assert [each.outcome for each in session.deploy()] == ["same"]


def test_code_that_is_no_python_is_refused_with_its_line(student: Student) -> None:
    code = student.my / "csv_validator" / "lambda_function.py"
    code.parent.mkdir(parents=True)
    code.write_text("import json\nimport (\n", encoding="utf-8")
    run = student.types("course", "deploy")
    assert run.returncode == 1
    assert "lambda_function.py:2: " in run.stderr
    assert "Traceback" not in run.stderr


def test_a_reset_leaves_an_empty_account_and_the_students_code(session: Session) -> None:
    session.place_starter(FUNCTION)
    FIRST.solve(session.sandbox, Changes())
    session.check(FIRST, lambda _: None)
    session.reset(lambda _: None)
    assert session.sandbox.client("s3").list_buckets()["Buckets"] == []
    assert not session.file.exists()
    assert list(session.my.rglob("*.py"))

"""deploy says what it will change, and asks before it replaces what is not its own."""

import json
import sys
from collections.abc import Callable
from typing import Any

import pytest

from course.language import Language
from lab.errors import LabError
from lab.language import speak
from lab.provisioner import Change, Plan, Provisioner
from lab.running import LabRecord, RunningLab
from tests.unit.lab.opening import let_commands_open

NOTHING = Plan(unchanged=64)
OWN = Plan(62, create=(Change("pipeline-dlq"),), update=(Change("code of parse-csv"),))
OTHERS = Plan(
    62,
    update=(Change("code of parse-csv"),),
    replace=(Change("pipeline-main-queue", ('VisibilityTimeout: "99" → "70"',)),),
)


class FakeProvisioner:
    """Has a plan, and keeps count of how often it was applied."""

    def __init__(self, plan: Plan) -> None:
        self._plan = plan
        self.applied = 0

    def plan(self) -> Plan:
        return self._plan

    def apply(self, tell: Callable[[str], None], *, replace: bool = False) -> None:
        assert replace is bool(self._plan.replace)
        self.applied += 1
        tell("done: 2 of 64 resources changed")


@pytest.fixture
def deploy(lab_command: Any, monkeypatch: pytest.MonkeyPatch) -> Any:
    """Runs `deploy` with a plan; its status, what it printed, and how often it was applied."""

    def run(plan: Plan, *arguments: str) -> tuple[int, str, str, int]:
        provisioner = FakeProvisioner(plan)
        let_commands_open(monkeypatch, lambda *_: RunningLab(LabRecord(4566)))
        monkeypatch.setattr("lab.provisioner.Provisioner", lambda *_: provisioner)
        status, seen, told = lab_command("deploy", *arguments)
        return status, seen, told, provisioner.applied

    return run


@pytest.fixture
def _a_person(monkeypatch: pytest.MonkeyPatch) -> None:
    """Somebody sits at a terminal."""
    monkeypatch.setattr("sys.stdin.isatty", lambda: True)
    monkeypatch.setattr("lab.console.SafeConsole.is_terminal", True)


def test_what_is_missing_or_was_edited_is_named_and_deployed_without_a_question(
    deploy: Any,
) -> None:
    status, seen, told, applied = deploy(OWN)
    assert (status, told, applied) == (0, "", 1)
    assert "2 of 64 resources will change:" in seen
    assert "create   pipeline-dlq" in seen
    assert "update   code of parse-csv" in seen
    assert "done: 2 of 64 resources changed" in seen


def test_where_nobody_can_be_asked_what_was_changed_by_hand_stays(deploy: Any) -> None:
    status, seen, told, applied = deploy(OTHERS)
    assert (status, applied) == (1, 0)
    assert 'VisibilityTimeout: "99" → "70"' in seen
    assert told.startswith(
        "✗ Nothing was changed: 1 resource was made or changed by hand (pipeline-main-queue). "
        "To replace what is there: scripts/lab deploy --yes"
    )
    assert told.count("\n") == 1


def test_yes_replaces_it_without_a_question(deploy: Any) -> None:
    status, seen, told, applied = deploy(OTHERS, "--yes")
    assert (status, told, applied) == (0, "", 1)
    assert "replace  pipeline-main-queue" in seen


@pytest.mark.usefixtures("_a_person")
@pytest.mark.parametrize(("answer", "status", "applied"), [("y", 0, 1), ("n", 1, 0), ("", 1, 0)])
def test_a_person_is_asked(
    deploy: Any, monkeypatch: pytest.MonkeyPatch, answer: str, status: int, applied: int
) -> None:
    monkeypatch.setattr("builtins.input", lambda *_: answer)
    left, seen, told, done = deploy(OTHERS)
    assert (left, done) == (status, applied)
    assert "made or changed by hand. Replace what is there?" in told
    assert ("Nothing was changed." in seen) is (applied == 0)


def test_where_nothing_differs_nothing_is_done(deploy: Any) -> None:
    status, seen, _, applied = deploy(NOTHING)
    assert (status, applied) == (0, 0)
    assert "all 64 resources are as they should be" in seen


def test_a_new_account_is_not_a_screen_full_of_names(deploy: Any) -> None:
    _, seen, _, _ = deploy(Plan(0, create=tuple(Change(f"number {n}") for n in range(64))))
    assert "number 7\n" in seen
    assert "… and 56 more that are missing" in seen
    assert "number 8" not in seen


def provisioner_that_says(
    monkeypatch: pytest.MonkeyPatch, *lines: object, status: int = 0
) -> Provisioner:
    """A provisioner whose process prints these objects as JSON, or these lines as they are."""
    said = "\n".join(line if isinstance(line, str) else json.dumps(line) for line in lines)
    program = f"import sys; print({said!r}); sys.exit({status})"
    command = property(lambda _: [sys.executable, "-c", program])
    monkeypatch.setattr(Provisioner, "_command", command)
    return Provisioner("provision", RunningLab(LabRecord(4566)))


@pytest.mark.parametrize("action", ["plan", "apply"])
@pytest.mark.parametrize(
    ("language", "reason"),
    [
        ("en", "changed. lambdas/parse_csv holds no handler.py"),
        ("th", "lambdas/parse_csv ไม่มี handler.py"),
    ],
)
def test_why_a_provisioner_failed_is_said_in_the_language_of_the_command(
    monkeypatch: pytest.MonkeyPatch, action: str, language: Language, reason: str
) -> None:
    failed = {
        "sentence": "{folder} holds no handler.py",
        "facts": {"folder": "lambdas/parse_csv"},
    }
    provisioner = provisioner_that_says(monkeypatch, {"failed": failed}, status=1)
    speak(language)
    with pytest.raises(LabError) as error:
        provisioner.plan() if action == "plan" else provisioner.apply(print)
    assert str(error.value).endswith(reason)


def test_a_provisioner_that_ends_without_a_reason_is_told_by_its_last_line(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    provisioner = provisioner_that_says(monkeypatch, "Traceback ...", "MemoryError", status=1)
    with pytest.raises(LabError, match=r"MemoryError$"):
        provisioner.apply(print)


@pytest.mark.parametrize(
    ("language", "told"),
    [
        (
            "en",
            [
                "buckets       0.25 s  2 created, 1 updated (raw), 3 unchanged",
                "topic         0.10 s  nothing to do",
                "done: 3 of 6 resources changed, profile quick, 1.5 s",
            ],
        ),
        (
            "th",
            [
                "buckets       0.25 s  สร้าง 2, แก้ 1 (raw), เหมือนเดิม 3",
                "topic         0.10 s  ไม่มีอะไรต้องทำ",
                "เสร็จ: เปลี่ยน 3 จาก 6 รายการ profile quick ใช้เวลา 1.5 วินาที",
            ],
        ),
    ],
)
def test_what_a_provisioner_has_done_is_said_in_the_language_of_the_command(
    monkeypatch: pytest.MonkeyPatch, language: Language, told: list[str]
) -> None:
    counts = {"created": 2, "updated": ["raw"], "unchanged": 3}
    nothing = {"created": 0, "updated": [], "unchanged": 0}
    done = {"changed": 3, "resources": 6, "profile": "quick", "seconds": 1.5}
    provisioner = provisioner_that_says(
        monkeypatch,
        {"group": "buckets", "seconds": 0.25, **counts},
        {"group": "topic", "seconds": 0.1, **nothing},
        {"done": done},
    )
    speak(language)
    lines: list[str] = []
    provisioner.apply(lines.append)
    assert lines == told

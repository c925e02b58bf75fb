"""What doctor says about the two forms of the lab."""

import pytest

from lab.launch import machine
from lab.launch.choice import EngineChoice


@pytest.mark.parametrize(
    ("kind", "finding"),
    [
        (EngineChoice.LOCAL, "JSONata: by jsonata-python"),
        (EngineChoice.COMPOSE, "JSONata: by the Java in the image"),
    ],
)
def test_doctor_says_which_form_can_what_localstack_needs_a_java_for(
    monkeypatch: pytest.MonkeyPatch, kind: EngineChoice, finding: str
) -> None:
    monkeypatch.setattr(machine, "choose", lambda _: (kind, "a reason"))
    chosen, java = machine.form()
    assert f"would choose {kind}: a reason" in chosen.finding
    assert java.finding.startswith(finding)


def test_doctor_fails_where_too_few_files_may_be_open(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("resource.getrlimit", lambda _: (64, 64))
    check = machine.open_files()
    assert check.verdict is machine.Verdict.FAIL
    assert "may hold 64 files open" in check.finding
    assert "ulimit -n" in check.finding

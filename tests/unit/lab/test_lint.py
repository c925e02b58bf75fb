"""`scripts/lab lint` finds a secret that was left in a file, and its last line has the verdict."""

import subprocess
from pathlib import Path

import pytest
import typer

from lab.commands import checks

LOOKS_LIKE_A_KEY = "AKIA" + "Q3EGRJ7XWT5LZV2N"


@pytest.fixture
def repository(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """One with a file whose passwords are none; the other checks say yes."""
    (tmp_path / "cloud.py").write_text(
        'password = "test"\nkey = "AKIAIOSFODNN7EXAMPLE"\n', encoding="utf-8"
    )
    really_run = checks._run_tool
    monkeypatch.setattr(checks, "REPOSITORY", tmp_path)
    monkeypatch.setattr(checks, "CACHES", tmp_path / "cache")
    monkeypatch.setattr(
        checks,
        "_run_tool",
        lambda tool, *rest: really_run(tool, *rest) if tool.startswith("detect_secrets") else 0,
    )
    return tmp_path


def lint() -> int:
    with pytest.raises(typer.Exit) as left:
        checks.lint()
    return left.value.exit_code


def test_a_key_fails_the_lint_before_it_is_committed(
    repository: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    subprocess.run(["git", "init", "-q", repository], check=True)
    assert lint() == 0
    (repository / "mine.py").write_text(f'key = "{LOOKS_LIKE_A_KEY}"\n', encoding="utf-8")
    assert lint() == 1
    assert "mine.py:1" in capfd.readouterr().out


def test_the_last_line_tells_what_an_earlier_tool_found(
    repository: Path,  # noqa: ARG001
    monkeypatch: pytest.MonkeyPatch,
    capfd: pytest.CaptureFixture[str],
) -> None:
    assert lint() == 0
    assert capfd.readouterr().out.endswith("✓ lint: nothing found\n")
    monkeypatch.setattr(
        checks, "_run_tool", lambda *tool: 2 if tool[:2] == ("ruff", "check") else 0
    )
    assert lint() == 2
    assert capfd.readouterr().out.endswith("✗ lint: see ruff check above\n")


def test_without_git_it_says_that_nobody_looked(
    repository: Path,  # noqa: ARG001 - which is none of git's
    capfd: pytest.CaptureFixture[str],
) -> None:
    assert lint() == 0
    assert "SKIPPED: nobody looked for secrets" in capfd.readouterr().out

"""A state folder of its own for every test: a lab that really runs here stays out of it."""

from pathlib import Path
from typing import Any

import pytest

from lab import chosen, cli, language, paths
from lab.launch.ports import free_port


@pytest.fixture(autouse=True)
def state(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    folder = tmp_path / "state"
    folder.mkdir()
    for name in ("LOCALSTACK_PORT", "LAB_PROFILE", "LAB_STUDENT", "LAB_SUFFIX", "LAB_EMAIL"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setattr(paths, "STATE", folder)
    monkeypatch.setattr(chosen, "_THIS_COMMAND", chosen._Command())
    monkeypatch.setattr(language, "_THIS_COMMAND", language._Speaker())
    return folder


@pytest.fixture
def lab_command(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Any:
    """Runs a command as `scripts/lab` does; status, stdout, stderr."""
    monkeypatch.setattr(cli, "ignore_the_users_aws", lambda: None)
    monkeypatch.setenv("LOCALSTACK_PORT", str(free_port()))

    def run(*arguments: str) -> tuple[Any, str, str]:
        monkeypatch.setattr("sys.argv", ["lab", *arguments])
        with pytest.raises(SystemExit) as left:
            cli.main()
        printed = capsys.readouterr()
        return left.value.code, printed.out, printed.err

    return run

"""A state folder of its own for every test: a lab that really runs here stays out of it."""

import importlib.util
import sys
from pathlib import Path
from typing import Any

import pytest

from lab import chosen, cli, language, paths
from lab.launch.ports import free_port

SET_UP = Path(__file__).resolve().parents[3] / "scripts" / "set_up.py"


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


@pytest.fixture
def set_up(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Any:
    """The module, for a checkout of its own; `ran` lists the commands it would have run."""
    spec = importlib.util.spec_from_file_location("set_up", SET_UP)
    assert spec is not None
    assert spec.loader is not None
    module: Any = importlib.util.module_from_spec(spec)
    monkeypatch.setattr(sys, "dont_write_bytecode", True)
    spec.loader.exec_module(module)
    venv = tmp_path / ".venv"
    module.ROOT, module.VENV, module.STATE = tmp_path, venv, tmp_path / ".lab"
    module.BUNDLE = tmp_path / "bundle"
    module.BUSY, module.PYTHON = venv / ".installing", venv / "bin" / "python"
    module.LOCALSTACK_ROOT = venv / "localstack"
    (tmp_path / "requirements").mkdir()
    for name in ("lab", "console", "dev", "uv"):
        (tmp_path / "requirements" / f"{name}.txt").write_text(f"{name}==1\n")
    module.ran, module.fails = [], ()
    module._let_in_signals = lambda: None  # pytest's own stay as they are
    monkeypatch.setenv("LAB_UV", "/some/uv")
    monkeypatch.setattr(module, "_succeeds", lambda command, _=None: succeed(module, command))
    return module


def succeed(module: Any, command: list[str]) -> bool:
    line = " ".join(command)
    module.ran.append(line)
    if any(each in line for each in module.fails):
        return False
    if " -m venv " in line:
        module.PYTHON.parent.mkdir(parents=True, exist_ok=True)
        module.PYTHON.touch()
    return True

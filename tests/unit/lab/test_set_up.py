"""The installation: complete, or made again."""

from pathlib import Path
from typing import Any

import pytest


def test_hashes_are_demanded(set_up: Any) -> None:
    assert set_up.main(["lab"]) == 0
    assert all("--require-hashes" in line for line in set_up.ran if " install " in line)
    assert any("requirements/lab.txt" in line for line in set_up.ran)


def test_what_is_installed_is_not_installed_again(set_up: Any) -> None:
    set_up.main(["lab"])
    set_up.ran.clear()
    assert set_up.main(["lab"]) == 0
    assert set_up.ran == []


def test_an_installation_that_failed_is_made_again_from_nothing(set_up: Any) -> None:
    set_up.fails = ("requirements/lab.txt",)
    assert set_up.main(["lab"]) == 1
    (set_up.VENV / "half").touch()
    set_up.fails = ()
    assert set_up.main(["lab"]) == 0
    assert not (set_up.VENV / "half").exists()
    assert set_up._installed("lab")


def test_a_failed_development_installation_is_no_longer_trusted_for_the_lab(set_up: Any) -> None:
    set_up.main(["lab"])
    set_up.fails = ("requirements/dev.txt",)
    assert set_up.main(["lab", "dev"]) == 1
    assert not set_up._installed("lab")


def test_the_console_is_installed_beside_the_lab_when_it_is_asked_for(set_up: Any) -> None:
    set_up.main(["lab"])
    assert not set_up._installed("console")
    assert set_up.main(["lab", "console"]) == 0
    assert set_up._installed("lab")
    assert set_up._installed("console")


def test_a_changed_lock_makes_a_new_environment(set_up: Any) -> None:
    set_up.main(["lab"])
    (set_up.VENV / "of-the-old-lock").touch()
    (set_up.ROOT / "requirements" / "lab.txt").write_text("lab==2\n")
    set_up.main(["lab"])
    assert not (set_up.VENV / "of-the-old-lock").exists()


def test_pip_does_it_where_uv_cannot(set_up: Any) -> None:
    set_up.fails = ("/some/uv",)
    assert set_up.main(["lab"]) == 0
    assert any("-m pip" in line and "requirements/lab.txt" in line for line in set_up.ran)


def test_pip_does_it_where_uv_cannot_be_had(set_up: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("LAB_UV")
    set_up.fails = ("requirements/uv.txt",)
    assert set_up.main(["lab"]) == 0
    by_pip = [line for line in set_up.ran if "-m pip" in line]
    assert by_pip[-1].endswith("--require-hashes -r " + str(set_up._lock("lab")))


def test_a_symlinked_environment_is_replaced_and_what_it_points_to_is_left_alone(
    set_up: Any, tmp_path: Path
) -> None:
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    (elsewhere / "precious").touch()
    set_up.VENV.symlink_to(elsewhere)
    assert set_up.main(["lab"]) == 0
    assert (elsewhere / "precious").exists()


def test_failing_is_one_line_that_says_what_to_do(
    set_up: Any, capfd: pytest.CaptureFixture[str]
) -> None:
    set_up.fails = ("requirements/lab.txt",)
    set_up.main(["lab"])
    last = capfd.readouterr().err.splitlines()[-1]
    assert last.startswith("✗ Installing requirements/lab.txt failed")
    assert "run scripts/lab again" in last


@pytest.mark.parametrize("what", [OSError(28, "No space left on device"), OSError(30, "Read-only")])
def test_a_disk_that_takes_nothing_is_one_line(
    set_up: Any,
    monkeypatch: pytest.MonkeyPatch,
    capfd: pytest.CaptureFixture[str],
    what: OSError,
) -> None:
    def refuse(*_: Any, **__: Any) -> None:
        raise OSError(what.errno, what.strerror, "/the/folder")

    monkeypatch.setattr(Path, "mkdir", refuse)
    assert set_up.main(["lab"]) == 1
    told = capfd.readouterr().err
    assert told.startswith(f"✗ /the/folder: {what.strerror}.")
    assert told.count("\n") == 1

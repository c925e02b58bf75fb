"""The file for machines without a network: what is in it, and that set_up.py takes it up."""

import json
import shutil
import subprocess
import tarfile
from pathlib import Path
from typing import Any

import pytest

from lab import bundle
from lab.errors import LabError


@pytest.fixture
def fetched(monkeypatch: pytest.MonkeyPatch) -> list[list[str]]:
    """pip and uv that only pretend; the commands that were run."""
    ran: list[list[str]] = []

    def run(command: list[str], *_: str) -> None:
        ran.append(command)
        if "--wheel-dir" in command:
            lock = Path(command[-1]).stem
            name = {"lab": "localstack_core-4.14.0", "uv": "uv-0.9.0"}[lock]
            folder = Path(command[command.index("--wheel-dir") + 1])
            (folder / f"{name}-py3-none-any.whl").write_bytes(lock.encode())
        else:
            folder = Path(command[command.index("--install-dir") + 1])
            python = folder / "cpython-3.13.9-linux" / "bin" / "python3.13"
            python.parent.mkdir(parents=True)
            python.touch()

    monkeypatch.setattr(bundle, "_run", run)
    uv = shutil.which("true")
    monkeypatch.setattr(bundle, "UV", Path(str(uv)))
    return ran


@pytest.mark.usefixtures("fetched")
def test_it_holds_the_checkout_and_what_the_installation_fetches(tmp_path: Path) -> None:
    folder = tmp_path / "out"
    size = bundle.make_bundle(folder / "lab.tar", lambda _: None, with_python=True)
    assert size == (folder / "lab.tar").stat().st_size
    assert [each.name for each in folder.iterdir()] == ["lab.tar"]
    with tarfile.open(folder / "lab.tar") as archive:
        names = set(archive.getnames())
        wheels = archive.extractfile(f"{bundle.FOLDER}/bundle/wheels.txt")
        assert wheels is not None
        lines = wheels.read().decode().splitlines()
        assert {entry.uname for entry in archive} == {""}
    for name in (
        "scripts/lab",
        "requirements/lab.txt",
        "bundle/wheels/localstack_core-4.14.0-py3-none-any.whl",
        "bundle/wheels/uv-0.9.0-py3-none-any.whl",
        "bundle/python/bin/python3.13",
        "bundle/manifest.json",
    ):
        assert f"{bundle.FOLDER}/{name}" in names
    assert not any("/.venv/" in name or "/.lab/" in name or "/.git/" in name for name in names)
    assert len(lines) == 1
    assert lines[0].startswith("localstack_core==4.14.0 --hash=sha256:")


def test_hashes_are_demanded_of_what_is_packed(fetched: list[list[str]], tmp_path: Path) -> None:
    bundle.make_bundle(tmp_path / "lab.tar", lambda _: None, with_python=False)
    assert len(fetched) == 2
    assert all("--require-hashes" in command for command in fetched)


def test_what_cannot_be_had_is_one_line_and_leaves_no_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / "out"
    failed = subprocess.CompletedProcess([], 1, "", "much\nERROR: no index")
    git = bundle._sources()
    monkeypatch.setattr(bundle, "_sources", lambda: git)
    monkeypatch.setattr(subprocess, "run", lambda *_, **__: failed)
    with pytest.raises(LabError, match="could not be had: ERROR: no index"):
        bundle.make_bundle(folder / "lab.tar", lambda _: None, with_python=False)
    assert list(folder.iterdir()) == []


def test_without_git_it_says_what_it_needs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bundle, "REPOSITORY", tmp_path)
    monkeypatch.setenv("GIT_CEILING_DIRECTORIES", str(tmp_path.parent))
    with pytest.raises(LabError, match="git checkout"):
        bundle.make_bundle(tmp_path / "lab.tar", lambda _: None, with_python=False)


def unpack_beside(set_up: Any, **changed: str) -> None:
    """What a bundle has, in the checkout of the test."""
    set_up.BUNDLE.mkdir()
    manifest: dict[str, str] = bundle.manifest() | changed
    (set_up.BUNDLE / "manifest.json").write_text(json.dumps(manifest))


def test_an_installation_takes_the_packages_from_the_bundle_and_never_the_network(
    set_up: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(bundle, "LOCK", set_up._lock("lab"))
    monkeypatch.delenv("LAB_UV")
    unpack_beside(set_up)
    assert set_up.main(["lab"]) == 0
    installs = [line for line in set_up.ran if " install " in line]
    assert len(installs) == 2  # uv, and the rest
    for line in installs:
        assert f"--no-index --find-links {set_up.BUNDLE}/wheels --require-hashes" in line
    assert installs[-1].endswith(f"-r {set_up.BUNDLE}/wheels.txt")
    assert set_up._installed("lab")


@pytest.mark.parametrize("changed", [{"lock": "another"}, {"machine": "linux-riscv64"}])
def test_a_bundle_for_something_else_is_told_and_left_alone(
    changed: dict[str, str],
    set_up: Any,
    monkeypatch: pytest.MonkeyPatch,
    capfd: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setattr(bundle, "LOCK", set_up._lock("lab"))
    unpack_beside(set_up, **changed)
    assert set_up.main(["lab"]) == 0
    assert not any("--no-index" in line for line in set_up.ran)
    assert "bundle/ is for another version" in capfd.readouterr().err

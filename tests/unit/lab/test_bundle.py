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

WHEELS = {
    "lab": ("localstack_core-4.14.0", "boto3-1.42.44"),
    "console": ("nicegui-3.18.0", "boto3-1.42.44"),
    "uv": ("uv-0.9.0",),
}


@pytest.fixture
def fetched(monkeypatch: pytest.MonkeyPatch) -> list[list[str]]:
    """pip and uv that only pretend; the commands that were run."""
    ran: list[list[str]] = []

    def run(command: list[str], *_: str) -> None:
        ran.append(command)
        if "--wheel-dir" in command:
            lock = Path(command[-1]).stem
            folder = Path(command[command.index("--wheel-dir") + 1])
            for name in WHEELS[lock]:
                (folder / f"{name}-py3-none-any.whl").write_bytes(name.encode())
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
    size = make_bundle(folder / "lab.tar", with_python=True)
    assert size.whole == (folder / "lab.tar").stat().st_size
    assert size.of_console == len("nicegui-3.18.0")
    assert [each.name for each in folder.iterdir()] == ["lab.tar"]
    with tarfile.open(folder / "lab.tar") as archive:
        names = set(archive.getnames())
        of_lab, of_console = (pins_in(archive, name) for name in ("lab", "console"))
        assert {entry.uname for entry in archive} == {""}
    for name in (
        "scripts/lab",
        "requirements/lab.txt",
        "bundle/wheels/localstack_core-4.14.0-py3-none-any.whl",
        "bundle/wheels/nicegui-3.18.0-py3-none-any.whl",
        "bundle/wheels/uv-0.9.0-py3-none-any.whl",
        "bundle/python/bin/python3.13",
        "bundle/manifest.json",
    ):
        assert f"{bundle.FOLDER}/{name}" in names
    assert not any("/.venv/" in name or "/.lab/" in name or "/.git/" in name for name in names)
    assert of_lab == ["boto3==1.42.44", "localstack_core==4.14.0"]
    assert of_console == ["boto3==1.42.44", "nicegui==3.18.0"]


def make_bundle(file: Path, *, with_python: bool = False, with_console: bool = True) -> bundle.Size:
    return bundle.make_bundle(
        file, lambda _: None, with_python=with_python, with_console=with_console
    )


def pins_in(archive: tarfile.TarFile, lock: str) -> list[str]:
    """The packages that a list of the bundle pins, each of them with a hash."""
    file = archive.extractfile(f"{bundle.FOLDER}/bundle/{lock}.txt")
    assert file is not None
    lines = [line.split() for line in file.read().decode().splitlines()]
    assert all(digest.startswith("--hash=sha256:") for _, digest in lines)
    return [pin for pin, _ in lines]


@pytest.mark.usefixtures("fetched")
def test_the_console_may_be_left_out(tmp_path: Path) -> None:
    size = make_bundle(tmp_path / "lab.tar", with_console=False)
    assert size.of_console == 0
    with tarfile.open(tmp_path / "lab.tar") as archive:
        assert f"{bundle.FOLDER}/bundle/console.txt" not in archive.getnames()
        assert pins_in(archive, "lab") == ["boto3==1.42.44", "localstack_core==4.14.0"]


def test_hashes_are_demanded_of_what_is_packed(fetched: list[list[str]], tmp_path: Path) -> None:
    make_bundle(tmp_path / "lab.tar")
    assert len(fetched) == 3
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
        make_bundle(folder / "lab.tar")
    assert list(folder.iterdir()) == []


def test_without_git_it_says_what_it_needs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bundle, "REPOSITORY", tmp_path)
    monkeypatch.setenv("GIT_CEILING_DIRECTORIES", str(tmp_path.parent))
    with pytest.raises(LabError, match="git checkout"):
        make_bundle(tmp_path / "lab.tar")


@pytest.fixture
def beside(set_up: Any, monkeypatch: pytest.MonkeyPatch) -> Any:
    """The checkout of the test, whose locks a bundle is made for."""
    monkeypatch.setattr(bundle, "REQUIREMENTS", set_up._lock("lab").parent)
    return set_up


def unpack_beside(set_up: Any, *locks: str, **changed: Any) -> None:
    """What a bundle has, in the checkout of the test."""
    set_up.BUNDLE.mkdir()
    manifest: dict[str, Any] = bundle.manifest(locks) | changed
    (set_up.BUNDLE / "manifest.json").write_text(json.dumps(manifest))


def test_an_installation_takes_the_packages_from_the_bundle_and_never_the_network(
    beside: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("LAB_UV")
    beside.fails = ("bin/uv pip",)  # so pip does it
    unpack_beside(beside, "lab", "console")
    assert beside.main(["lab", "console"]) == 0
    installs = [line for line in beside.ran if " -m pip " in line]
    for line in installs:
        assert f"--no-index --find-links {beside.BUNDLE}/wheels --require-hashes" in line
    taken = {line.rpartition(" -r ")[2] for line in installs}
    requirements = beside.ROOT / "requirements"
    assert taken == {
        f"{requirements}/uv.txt",
        f"{beside.BUNDLE}/lab.txt",
        f"{beside.BUNDLE}/console.txt",
    }
    assert beside._installed("lab")
    assert beside._installed("console")


def test_a_bundle_without_the_console_says_so_when_the_console_is_installed(
    beside: Any, capfd: pytest.CaptureFixture[str]
) -> None:
    unpack_beside(beside, "lab")
    assert beside.main(["lab", "console"]) == 0
    of_console = [line for line in beside.ran if "console.txt" in line]
    assert of_console
    assert not any("--no-index" in line for line in of_console)
    assert "bundle/ was made without the console" in capfd.readouterr().err


@pytest.mark.parametrize("changed", [{"locks": {"lab": "another"}}, {"machine": "linux-riscv64"}])
def test_a_bundle_for_something_else_is_told_and_left_alone(
    changed: dict[str, Any],
    beside: Any,
    capfd: pytest.CaptureFixture[str],
) -> None:
    unpack_beside(beside, "lab", **changed)
    assert beside.main(["lab"]) == 0
    assert not any("--no-index" in line for line in beside.ran)
    assert "bundle/ is for another version" in capfd.readouterr().err

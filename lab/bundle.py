"""One file from which a machine without a network installs the lab: scripts/set_up.py takes it up.

It is a tar of one folder, which holds this checkout and in `bundle/` what its installation would
otherwise fetch: a wheel of every locked package, uv, and a Python 3.13 that runs from any folder.
"""

import hashlib
import json
import os
import platform
import re
import shutil
import subprocess
import sys
import tarfile
import tempfile
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from lab.errors import LabError
from lab.language import Sentence, say
from lab.paths import REPOSITORY

FOLDER = "csv-report-processor-lab"
"""What the file unpacks to."""

BUNDLE = "bundle"
"""In that folder; the entry and its set-up look there."""

REQUIREMENTS = REPOSITORY / "requirements"
LAB, CONSOLE = "lab", "console"
"""What may be in it, by the names of the locks."""

UV_LOCK = REQUIREMENTS / "uv.txt"
UV = Path(sys.prefix) / "bin" / "uv"
PIN = re.compile(r"^([A-Za-z0-9._-]+)(?:\[[^]]*\])?==", re.MULTILINE)
"""The beginning of a line that locks a package."""

PYTHON = "3.13"
WITHOUT_PYTHON = Sentence("For machines that have Python 3.13 themselves: --without-python")

Tell = Callable[[str], None]


@dataclass(frozen=True)
class Size:
    """How large a bundle is, in bytes.

    Args:
        whole: All of it.
        of_console: What the console alone needs in it.
    """

    whole: int
    of_console: int


def make_bundle(file: Path, tell: Tell, *, with_python: bool, with_console: bool) -> Size:
    """Write the file, whole or not at all.

    Args:
        file: Where to.
        tell: Told what is being done.
        with_python: Whether a Python goes with it; else the other machines need one.
        with_console: Whether what the console needs goes with it.

    Returns:
        Its size.

    Raises:
        LabError: Something could not be had, or this is no git checkout.
    """
    sources = _sources()
    locks = [LAB, CONSOLE] if with_console else [LAB]
    file.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=file.parent, prefix=".bundle-") as temporary:
        bundle = Path(temporary) / BUNDLE
        wheels = bundle / "wheels"
        wheels.mkdir(parents=True)
        if with_python:  # first: where it can't be had, nobody waits for minutes to learn it
            tell(f"Python {PYTHON}")
            _get_python(bundle / "python")
        tell(say("a wheel of every package"))
        _get_wheels(wheels, [_lock(LAB), UV_LOCK])
        of_lab = _size(wheels)
        if with_console:
            tell(say("a wheel of every package of the console"))
            _get_wheels(wheels, [_lock(CONSOLE)])
        of_console = _size(wheels) - of_lab
        for name in locks:
            hashes = lock_of(wheels, _lock(name).read_text(encoding="utf-8"))
            (bundle / f"{name}.txt").write_text(hashes, encoding="utf-8")
        (bundle / "manifest.json").write_text(json.dumps(manifest(locks)), encoding="utf-8")
        tell(say("packing"))
        draft = Path(temporary) / "bundle.tar"
        _pack(draft, sources, bundle)
        whole = draft.stat().st_size
        draft.replace(file)
    return Size(whole, of_console)


def manifest(locks: Sequence[str]) -> dict[str, str | dict[str, str]]:
    """Say what a bundle made here and now is for.

    Args:
        locks: The names of those whose packages are in it.
    """
    return {
        "machine": f"{sys.platform}-{platform.machine()}",
        "locks": {name: hashlib.sha256(_lock(name).read_bytes()).hexdigest() for name in locks},
    }


def lock_of(wheels: Path, lock: str) -> str:
    """Return a lock with the hashes of the wheels in a folder instead of its own.

    Some packages are locked as sources: the hash of a wheel that was built of one is a new one.

    Args:
        wheels: The folder, where there may be others too.
        lock: The text of the lock.
    """
    wanted = {_normal(pin[1]) for pin in PIN.finditer(lock)}
    lines = []
    for wheel in sorted(wheels.glob("*.whl")):
        name, version = wheel.name.split("-")[:2]
        if _normal(name) in wanted:
            digest = hashlib.sha256(wheel.read_bytes()).hexdigest()
            lines.append(f"{name}=={version} --hash=sha256:{digest}\n")
    return "".join(lines)


def _normal(package: str) -> str:
    """Return the one name that all spellings of a package share (PEP 503)."""
    return re.sub(r"[-_.]+", "-", package).lower()


def _lock(name: str) -> Path:
    return REQUIREMENTS / f"{name}.txt"


def _size(folder: Path) -> int:
    return sum(each.stat().st_size for each in folder.iterdir())


def _sources() -> list[str]:
    """Return the files of the checkout that git knows, which leaves out what is only the user's."""
    git = ["git", "-C", str(REPOSITORY), "ls-files", "-z"]
    try:
        listed = subprocess.run(git, capture_output=True, text=True, check=True).stdout
    except (OSError, subprocess.CalledProcessError) as error:
        raise LabError(
            say(
                "A bundle is made from a git checkout, and this is not one. "
                "Clone the repository and make it there."
            )
        ) from error
    return [name for name in listed.split("\0") if name and (REPOSITORY / name).is_file()]


def _get_wheels(folder: Path, locks: Sequence[Path]) -> None:
    pip = [sys.executable, "-m", "pip", "--disable-pip-version-check"]
    into = ["--quiet", "--no-deps", "--require-hashes", "--wheel-dir", str(folder)]
    for lock in locks:
        _run([*pip, "wheel", *into, "-r", str(lock)], lock.name)


def _get_python(folder: Path) -> None:
    """Get the Python that uv installs: it can be moved, and needs nothing of the machine."""
    uv = str(UV) if UV.exists() else shutil.which("uv")
    if uv is None:
        raise LabError(
            say("Python needs uv, which is not here. {instead}", instead=say(WITHOUT_PYTHON))
        )
    got = folder.with_name("got")
    command = [uv, "python", "install", PYTHON, "--install-dir", str(got), "--no-bin"]
    _run(command, f"Python {PYTHON}", say(WITHOUT_PYTHON))
    found = [each for each in got.iterdir() if each.is_dir() and not each.is_symlink()]
    installed = [each for each in found if (each / "bin" / f"python{PYTHON}").exists()]
    if not installed:
        raise LabError(
            say(
                "uv installed no Python {version}. {instead}",
                version=PYTHON,
                instead=say(WITHOUT_PYTHON),
            )
        )
    installed[0].replace(folder)
    shutil.rmtree(got)


def _run(command: list[str], what: str, advice: str = "") -> None:
    environment = {**os.environ, "PIP_NO_INPUT": "1"}
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
    if done.returncode:
        said = (done.stderr.strip() or done.stdout.strip()).rpartition("\n")[2]
        told = say(
            "{what} could not be had: {reason}. Is the network there?",
            what=what,
            reason=said[:300],
        )
        raise LabError(f"{told} {advice}".strip())


def _pack(file: Path, sources: list[str], bundle: Path) -> None:
    with tarfile.open(file, "w") as archive:  # wheels are compressed already
        for name in sources:
            archive.add(REPOSITORY / name, f"{FOLDER}/{name}", filter=_nobodys)
        archive.add(bundle, f"{FOLDER}/{BUNDLE}", filter=_nobodys)


def _nobodys(entry: tarfile.TarInfo) -> tarfile.TarInfo:
    """Leave out whose machine it was made on."""
    entry.uid = entry.gid = 0
    entry.uname = entry.gname = ""
    return entry

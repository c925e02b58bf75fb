"""Makes `.venv` what the locks say: `python3.13 scripts/set_up.py lab [console] [dev]`.

Standard library only; run by `scripts/lab` with a Python 3.13 that was tried. A lock is installed
when its stamp, written last, holds this checkout's path and the lock itself. An environment that
was left half made, or made from another lock or another place, is made again from nothing.

A folder `bundle/` in the checkout, made by `scripts/lab bundle`, takes the place of the network.
It speaks Thai where scripts/lab says LAB_LANG=th, else English.
"""

import fcntl
import hashlib
import json
import os
import platform
import re
import shutil
import signal
import subprocess
import sys
import sysconfig
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
VENV = ROOT / ".venv"
STATE = ROOT / ".lab"
BUNDLE = ROOT / "bundle"
BUSY = VENV / ".installing"
PYTHON = VENV / "bin" / "python"
LOCALSTACK_ROOT = VENV / "localstack"
OWN_PACKAGES = ("console", "course", "engine", "init", "lab")

# Large, and never imported by the lab: half of the time that compiling takes.
LEFT_UNCOMPILED = (
    "awscli|cfnlint|docutils|google|graphql|mpmath|networkx|opensearchpy|pip|pymongo|samtranslator"
    "|setuptools|sympy"
)


class SetUpError(Exception):
    """The environment could not be made; the message says what to do."""


def main(locks: list[str]) -> int:
    """Install what is missing of these locks; the exit status."""
    try:
        _let_in_signals()
        STATE.mkdir(exist_ok=True)
        with (STATE / "set-up.lock").open("w") as lock:
            _take_turn(lock.fileno())
            for name in locks:
                if not _installed(name):
                    _install(name)
    except SetUpError as error:
        _say(f"✗ {error}")
        return 1
    except OSError as error:
        where = error.filename or VENV
        _say(
            _told(
                f"✗ {where}: {error.strerror}. Mend that and run scripts/lab again.",
                f"✗ {where}: {error.strerror} · แก้แล้วสั่ง scripts/lab ใหม่",
            )
        )
        return 1
    except KeyboardInterrupt:
        _say(
            _told(
                "✗ Interrupted; the next scripts/lab makes it good.",
                "✗ หยุดกลางคันแล้ว สั่ง scripts/lab อีกครั้งจะทำให้เรียบร้อย",
            )
        )
        return 130
    return 0


def _let_in_signals() -> None:
    """End in order at each signal to end; scripts/lab holds Ctrl-C back until here."""
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        if signal.getsignal(number) is not signal.SIG_IGN:  # as nohup wants it
            signal.signal(number, signal.default_int_handler)
    signal.pthread_sigmask(signal.SIG_UNBLOCK, [signal.SIGINT])


def _take_turn(descriptor: int) -> None:
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        _say(
            _told(
                "Another scripts/lab is setting up .venv; waiting for it ...",
                "scripts/lab อีกคำสั่งกำลังติดตั้ง .venv กำลังรอ ...",
            )
        )
        fcntl.flock(descriptor, fcntl.LOCK_EX)


def _installed(name: str) -> bool:
    stamp = _stamp(name)
    whole = PYTHON.exists() and not BUSY.exists() and stamp.exists()
    return whole and stamp.read_bytes() == _stamp_content(name)


def _stamp(name: str) -> Path:
    return VENV / f".{name}-installed"


def _lock(name: str) -> Path:
    return ROOT / "requirements" / f"{name}.txt"


def _stamp_content(name: str) -> bytes:
    return os.fsencode(f"{ROOT}\n") + _lock(name).read_bytes()


def _install(name: str) -> None:
    started = time.monotonic()
    if name == "lab" or BUSY.exists():
        _make_venv()
    if name != "dev" and BUNDLE.is_dir():
        _say(_about_the_bundle(name, fits=_is_bundled(_lock(name))))
    what = {
        "lab": _told("LocalStack and the command line", "LocalStack และ command line"),
        "console": _told("the console", "console"),
        "dev": _told("what tests and linters need", "สิ่งที่เทสต์และ linter ต้องใช้"),
    }[name]
    place = f"(requirements/{name}.txt)"
    _say(_told(f"Installing {what} into .venv {place} ...", f"ติดตั้ง {what} ลงใน .venv {place} ..."))
    BUSY.touch()
    _install_lock(_lock(name))
    _compile()
    if name == "lab":
        _index_services()
    draft = _stamp(name).with_suffix(".draft")
    draft.write_bytes(_stamp_content(name))
    draft.replace(_stamp(name))
    BUSY.unlink()
    seconds = f"{time.monotonic() - started:.0f}"
    _say(_told(f"Done in {seconds} s.", f"เสร็จใน {seconds} วินาที"))


def _make_venv() -> None:
    version = sys.version.split()[0]
    _say(
        _told(
            f"Making .venv with Python {version} (the first time only) ...",
            f"สร้าง .venv ด้วย Python {version} (ครั้งแรกครั้งเดียว) ...",
        )
    )
    if VENV.is_symlink() or VENV.is_file():
        VENV.unlink()
    shutil.rmtree(VENV, ignore_errors=True)
    VENV.mkdir()
    BUSY.touch()
    if not _succeeds([sys.executable, "-m", "venv", str(VENV)]):
        raise SetUpError(
            _told(
                "Making .venv failed (see above). Is the disk full?",
                "สร้าง .venv ไม่สำเร็จ (ดูด้านบน) ดิสก์เต็มหรือไม่",
            )
        )


def _install_lock(lock: Path) -> None:
    """Install a lock with uv where it can be had and succeeds, else with pip."""
    hashed = [*_from_where(lock), "--require-hashes", "-r", str(_hashes(lock))]
    uv = os.environ.get("LAB_UV") or _own_uv()
    if uv:
        if _succeeds([uv, "pip", "install", "--python", str(PYTHON), *hashed]):
            return
        _say(_told("uv did not manage; trying pip ...", "uv ทำไม่สำเร็จ ลองใช้ pip ..."))
    if not _succeeds([*_pip(), "--no-compile", *hashed]):
        raise SetUpError(
            _told(
                f"Installing requirements/{lock.name} failed (see above). "
                "Is the network there, and the disk not full? Then run scripts/lab again.",
                f"ติดตั้ง requirements/{lock.name} ไม่สำเร็จ (ดูด้านบน) "
                "ตรวจว่าต่ออินเทอร์เน็ตได้และดิสก์ไม่เต็ม แล้วสั่ง scripts/lab ใหม่",
            )
        )


def _about_the_bundle(name: str, *, fits: bool) -> str:
    if fits:
        return _told("Without the network, from bundle/.", "ติดตั้งจาก bundle/ ไม่ใช้เน็ต")
    if name == "console" and _is_bundled(_lock("lab")):
        return _told(
            "bundle/ was made without the console: the network is used.",
            "bundle/ ไม่มีของ console จึงติดตั้งจากเน็ต",
        )
    return _told(
        "bundle/ is for another version of the lab or another kind of machine: it is left alone, "
        "and the network is used.",
        "bundle/ เป็นของแล็บคนละเวอร์ชันหรือเครื่องคนละชนิด จึงไม่ใช้ และติดตั้งจากเน็ตแทน",
    )


def _from_where(lock: Path) -> list[str]:
    """Say where an installer finds the packages of a lock: in the bundle, or as it always does."""
    if not _is_bundled(lock):
        return []
    return ["--no-index", "--find-links", str(BUNDLE / "wheels")]


def _hashes(lock: Path) -> Path:
    """Name the bundle's own lists of hashes: some wheels were built from the sources locked."""
    return BUNDLE / lock.name if lock != _lock("uv") and _is_bundled(lock) else lock


def _is_bundled(lock: Path) -> bool:
    """Whether the bundle, if there is one, was made for this lock and this kind of machine."""
    try:
        manifest = json.loads((BUNDLE / "manifest.json").read_bytes())
        machine, locks = manifest["machine"], manifest["locks"]
    except (FileNotFoundError, NotADirectoryError, ValueError, KeyError):
        return False
    # What installs the others comes with the lab's.
    name = "lab" if lock == _lock("uv") else lock.stem
    known = hashlib.sha256(_lock(name).read_bytes()).hexdigest()
    return bool(machine == f"{sys.platform}-{platform.machine()}" and locks.get(name) == known)


def _compile() -> None:
    """Compile once what is imported at every start; scripts/lab lets Python write nothing later.

    A file that cannot be compiled, such as another Python's, is never imported either.
    """
    _say(
        _told(
            "Compiling it, so that the lab starts quickly ...",
            "คอมไพล์ไว้ก่อน แล็บจะได้เปิดเร็ว ...",
        )
    )
    packages = sysconfig.get_path("purelib", vars={"base": str(VENV)})
    left_out = rf"{re.escape(packages)}/({LEFT_UNCOMPILED})/"
    _succeeds(
        [
            str(PYTHON),
            "-W",
            "ignore",
            "-m",
            "compileall",
            "-qq",
            "-j",
            "0",
            "-x",
            left_out,
            packages,
            *(str(ROOT / name) for name in OWN_PACKAGES),
        ]
    )


def _index_services() -> None:
    """Build LocalStack's index of all AWS services once, as its image does when it is built.

    Without it each start reads every service's description: 4 s of 20 on a busy machine.
    """
    (LOCALSTACK_ROOT / "usr" / "lib" / "localstack").mkdir(parents=True, exist_ok=True)
    outside_a_container = {"FILESYSTEM_ROOT": str(LOCALSTACK_ROOT), "OVERRIDE_IN_DOCKER": "0"}
    if not _succeeds([str(PYTHON), "-m", "localstack.aws.spec"], outside_a_container):
        _say(
            _told(
                "LocalStack's index was not built; the lab works, but starts more slowly.",
                "สร้างดัชนีของ LocalStack ไม่ได้ แล็บใช้ได้แต่เปิดช้ากว่า",
            )
        )


def _own_uv() -> str | None:
    """Uv from its own lock, into the environment; None where it can't be had."""
    own = VENV / "bin" / "uv"
    lock = _lock("uv")
    if not own.exists() and not _succeeds(
        [*_pip(), "--quiet", *_from_where(lock), "--require-hashes", "-r", str(lock)]
    ):
        _say(_told("uv can't be had here; pip does it, more slowly.", "ไม่มี uv ใช้ pip แทน ซึ่งช้ากว่า"))
        return None
    return str(own)


def _pip() -> list[str]:
    return [str(PYTHON), "-m", "pip", "--disable-pip-version-check", "install"]


def _succeeds(command: list[str], variables: dict[str, str] | None = None) -> bool:
    """Run a command to its end; when this is interrupted, so is all that it has started."""
    environment = {**_environment(), **(variables or {})}
    process = subprocess.Popen(
        command,
        env=environment,
        stdin=subprocess.DEVNULL,
        stdout=sys.stderr,
        # It does not get a Ctrl-C itself, which Python's installers answer with a traceback.
        process_group=0,
    )
    try:
        return process.wait() == 0
    except BaseException:
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()
        raise


def _environment() -> dict[str, str]:
    """Return the user's own, with a proxy or a mirror, but without what sends packages away."""
    elsewhere = ("PIP_TARGET", "PIP_PREFIX", "PIP_ROOT", "PIP_USER", "VIRTUAL_ENV")
    drop = (*elsewhere, "PYTHONPATH", "PYTHONDONTWRITEBYTECODE")
    kept = {name: value for name, value in os.environ.items() if name not in drop}
    # Schools and companies have certificates of their own; uv asks the system only when told.
    # Nobody could answer pip: what it is asked for in a terminal is not its own to read.
    return {"UV_SYSTEM_CERTS": "1", **kept, "PIP_NO_INPUT": "1"}


def _told(english: str, thai: str) -> str:
    return thai if os.environ.get("LAB_LANG") == "th" else english


def _say(line: str) -> None:
    print(line, file=sys.stderr, flush=True)  # noqa: T201 - runs before anything is installed


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

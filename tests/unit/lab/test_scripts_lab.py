"""`scripts/lab` in a copy of its own, with Pythons that lie and an installer that only pretends."""

import os
import shutil
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from provision.waiting import wait_until

SCRIPTS = Path(__file__).resolve().parents[3] / "scripts"
LYING_SHIM = "#!/bin/sh\necho 'pyenv: python3.13: command not found' >&2\nexit 127\n"
OLD_PYTHON = "#!/bin/sh\nexit 1\n"
# Answers like the command line: where it was called, with what, and what it may import.
COMMAND_LINE = '#!/bin/sh\necho "in $PWD"\necho "path $PYTHONPATH"\necho "told $*"\n'
PRETENDED_SET_UP = """
import os, sys
from pathlib import Path
from typing import Any
root = Path(__file__).resolve().parent.parent
print("set up", *sys.argv[1:], file=sys.stderr)
python = root / ".venv" / "bin" / "python"
python.parent.mkdir(parents=True, exist_ok=True)
python.write_text((root / "command-line").read_text())
python.chmod(0o755)
for name in sys.argv[1:]:
    lock = (root / "requirements" / f"{name}.txt").read_bytes()
    (root / ".venv" / f".{name}-installed").write_bytes(os.fsencode(f"{root}\\n") + lock)
"""
SLOW_SET_UP = """
import os, pathlib, sys
sys.path.insert(0, os.path.dirname(__file__))
import real_set_up
work = "import os, pathlib, time; "
work += "pathlib.Path.home().joinpath('pid').write_text(f'{os.getpid()} '); time.sleep(60)"
real_set_up._make_venv = lambda: real_set_up._succeeds([sys.executable, "-c", work])
sys.exit(real_set_up.main(sys.argv[1:]))
"""
TOOLS = ("bash", "sh", "cat", "cmp", "dirname", "readlink")

needs_python_3_13 = pytest.mark.skipif(
    sys.version_info[:2] != (3, 13), reason="the lab's own Python is not the one running"
)


class Checkout:
    """A checkout with nothing in it but the entry, and a PATH with nothing but what it is given."""

    def __init__(self, folder: Path) -> None:
        self.root = folder / "with a space" / "lab"
        self.path = folder / "bin"
        self.home = folder / "home"
        for each in (self.root / "scripts", self.root / "requirements", self.path, self.home):
            each.mkdir(parents=True)
        self.entry = self.root / "scripts" / "lab"
        shutil.copy(SCRIPTS / "lab", self.entry)
        (self.root / "scripts" / "set_up.py").write_text(PRETENDED_SET_UP)
        (self.root / "command-line").write_text(COMMAND_LINE)
        for name in ("lab", "dev", "console"):
            (self.root / "requirements" / f"{name}.txt").write_text(f"{name}==1\n")
        for tool in TOOLS:
            (self.path / tool).symlink_to(str(shutil.which(tool)))

    def program(self, name: str, text: str, folder: Path | None = None) -> Path:
        program = (folder or self.path) / name
        program.parent.mkdir(parents=True, exist_ok=True)
        program.write_text(text)
        program.chmod(0o755)
        return program

    def real_python(self, name: str = "python3.13", folder: Path | None = None) -> Path:
        return self.program(name, f'#!/bin/sh\nexec "{sys.executable}" "$@"\n', folder)

    def trusted_python(self, name: str = "python3.13", folder: Path | None = None) -> Path:
        """One that passes the trial without taking its time."""
        text = f'#!/bin/sh\n[ "$1" = -c ] && exit\nexec "{sys.executable}" "$@"\n'
        return self.program(name, text, folder)

    def slow_set_up(self) -> None:
        """The real set_up.py, but making .venv takes a minute; `home/pid` says who is at it."""
        shutil.copy(SCRIPTS / "set_up.py", self.root / "scripts" / "real_set_up.py")
        (self.root / "scripts" / "set_up.py").write_text(SLOW_SET_UP)

    def interrupt(self, *arguments: str) -> tuple[int, str]:
        """Run it as a terminal does, and press Ctrl-C as soon as `home/pid` is there.

        Returns:
            Its exit status and what it said to stderr.
        """
        running = subprocess.Popen(
            [str(self.entry), *arguments],
            env={"PATH": str(self.path), "HOME": str(self.home)},
            stderr=subprocess.PIPE,
            text=True,
            start_new_session=True,
        )
        with running:
            try:
                wait_until(
                    "the command to get that far",
                    lambda: self.pid_file.exists() and " " in self.pid_file.read_text(),
                    within=20,
                    every=0.01,
                    growth=1,
                )
            finally:
                os.killpg(running.pid, signal.SIGINT)
            _, told = running.communicate(timeout=20)
        return running.returncode, told

    @property
    def pid_file(self) -> Path:
        return self.home / "pid"

    def run(
        self, *arguments: str, entry: Any = None, cwd: Any = None, **environment: Any
    ) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [str(entry or self.entry), *arguments],
            cwd=cwd or self.home,
            env={"PATH": str(self.path), "HOME": str(self.home), **environment},
            capture_output=True,
            text=True,
            check=False,
            timeout=30,
        )


@pytest.fixture
def checkout(tmp_path: Path) -> Any:
    return Checkout(tmp_path)


@needs_python_3_13
def test_the_first_run_sets_up_and_the_next_does_not(checkout: Checkout) -> None:
    checkout.real_python()
    first, second = checkout.run("status"), checkout.run("status")
    assert (first.returncode, second.returncode) == (0, 0)
    assert "set up lab" in first.stderr
    assert second.stderr == ""
    assert second.stdout == first.stdout


def test_it_works_from_any_directory_and_through_symlinks(
    checkout: Checkout, tmp_path: Path
) -> None:
    checkout.trusted_python()
    (tmp_path / "one").symlink_to(checkout.entry)
    (tmp_path / "folder").mkdir()
    (tmp_path / "folder" / "two").symlink_to("../one")
    ran = checkout.run("upload", "a file.csv", entry=tmp_path / "folder" / "two", cwd=tmp_path)
    assert f"in {tmp_path}\n" in ran.stdout
    assert "told -P -m lab upload a file.csv" in ran.stdout
    assert f"path {checkout.root}:{checkout.root}/init" in ran.stdout


@pytest.mark.parametrize("python", ["python3.13", "python3"])
def test_a_shim_that_lies_is_not_believed(checkout: Checkout, python: str) -> None:
    checkout.program("python3.13", LYING_SHIM)
    checkout.program("python3", OLD_PYTHON)
    if python == "python3":
        checkout.trusted_python("python3")
    else:
        checkout.trusted_python("python", checkout.home / ".pyenv/versions/3.13.9/bin")
    assert checkout.run("status").returncode == 0


def test_the_python_named_by_the_user_is_tried_first(checkout: Checkout) -> None:
    checkout.program("python3.13", LYING_SHIM)
    named = checkout.trusted_python("my-python", checkout.home / "own")
    assert checkout.run("status", LAB_PYTHON=str(named)).returncode == 0


def test_uv_gets_a_python_where_there_is_none(checkout: Checkout) -> None:
    python = checkout.trusted_python("python", checkout.home / "from-uv")
    checkout.program(
        "uv",
        "#!/bin/sh\n"
        f'[ "$1 $2" = "python install" ] && : > "{checkout.home}/got" && exit 0\n'
        f'[ "$1 $2" = "python find" ] && [ -e "{checkout.home}/got" ] && echo "{python}" && exit\n'
        '[ "$1" = --version ]\n',
    )
    ran = checkout.run("status")
    assert ran.returncode == 0
    assert "through uv" in ran.stderr


def test_without_any_python_3_13_one_line_says_what_to_install(checkout: Checkout) -> None:
    checkout.program("python3.13", LYING_SHIM)
    checkout.program("python3", OLD_PYTHON)
    ran = checkout.run("demo")
    assert ran.returncode == 1
    assert ran.stdout == ""
    assert ran.stderr.count("\n") == 1
    for way in ("uv python install 3.13", "pyenv install 3.13", "apt install", "LAB_PYTHON="):
        assert way in ran.stderr


def test_only_tests_and_linters_need_the_development_lock(checkout: Checkout) -> None:
    checkout.trusted_python()
    assert "set up lab\n" in checkout.run("status").stderr
    assert "set up lab dev console\n" in checkout.run("test").stderr
    assert checkout.run("lint").stderr == ""


@pytest.mark.parametrize("command", ["test", "lint", "audit"])
def test_each_check_of_the_project_has_its_tools(checkout: Checkout, command: str) -> None:
    checkout.trusted_python()
    assert "set up lab dev console\n" in checkout.run(command).stderr


def test_a_new_lock_and_a_moved_checkout_are_set_up_again(
    checkout: Checkout, tmp_path: Path
) -> None:
    checkout.trusted_python()
    checkout.run("status")
    (checkout.root / "requirements" / "lab.txt").write_text("lab==2\n")
    assert "set up lab" in checkout.run("status").stderr
    moved = tmp_path / "moved"
    checkout.root.rename(moved)
    assert "set up lab" in checkout.run("status", entry=moved / "scripts" / "lab").stderr


def test_an_installation_that_was_interrupted_is_not_trusted(checkout: Checkout) -> None:
    checkout.trusted_python()
    checkout.run("status")
    (checkout.root / ".venv" / ".installing").touch()
    assert "set up lab" in checkout.run("status").stderr


def test_what_a_user_sets_for_other_pythons_does_not_reach_the_lab(checkout: Checkout) -> None:
    checkout.trusted_python()
    ran = checkout.run(
        "status", PYTHONHOME="/nowhere", PYTHONPATH="/elsewhere", PYTHONDONTWRITEBYTECODE="1"
    )
    assert ran.returncode == 0
    assert "/elsewhere" not in ran.stdout


def test_the_entry_is_executable() -> None:
    assert os.access(SCRIPTS / "lab", os.X_OK)


@needs_python_3_13
@pytest.mark.parametrize("tools", [(), ("env", "true")])
def test_ctrl_c_during_the_installation_is_one_line_and_leaves_nothing_running(
    checkout: Checkout, tools: tuple[str, ...]
) -> None:
    checkout.trusted_python()
    checkout.slow_set_up()
    for tool in tools:
        (checkout.path / tool).symlink_to(str(shutil.which(tool)))
    status, told = checkout.interrupt("status")
    assert status == 130
    assert told == "✗ Interrupted; the next scripts/lab makes it good.\n"
    assert not Path(f"/proc/{int(checkout.pid_file.read_text())}").exists()


def test_ctrl_c_while_a_python_is_looked_for_is_one_line(checkout: Checkout) -> None:
    shim = "#!/bin/sh\nprintf '%s ' $$ > \"$HOME/pid\"\nwhile :; do :; done\n"
    checkout.program("python3.13", shim)
    assert checkout.interrupt("status") == (130, "✗ Interrupted.\n")

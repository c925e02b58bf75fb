"""The console of a lab: a web server in a process of its own, which outlives the lab's restarts.

Like LocalStack it is found by what it is: its environment names the folder of its lab. What it is
made of (`requirements/console.txt`) is installed when it is first asked for.
"""

import http.client
import json
import os
import shutil
import subprocess
import sys
import urllib.request
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import psutil

from lab.advice import command
from lab.chosen import FIRST_ACCOUNT, port_in_environment
from lab.errors import LabError, UsageError
from lab.interruption import undisturbed
from lab.language import language_of_this_command, say
from lab.launch.local import KEPT_FROM_THE_USER
from lab.launch.ports import refuse_a_taken_port
from lab.launch.processes import end_process, environment_of, has_ended
from lab.launch.turns import turn
from lab.paths import REPOSITORY, lab_home, my_folder
from lab.running import LabRecord
from provision.waiting import Polling

DEFAULT_CONSOLE_PORT = 4580
ASKED_FOR = "LAB_CONSOLE"
"""The variable that lets `up` and `demo` start the console each time."""

PORT_ASKED_FOR = "LAB_CONSOLE_PORT"
"""The variable that moves it; docker-compose.yml reads it too."""

START_LIMIT_SECONDS = 60
STOP_PATIENCE_SECONDS = 3
POLL_SECONDS = 0.1
LOG_TAIL_LINES = 8

OF_LAB = "LAB_CONSOLE_OF"
"""The variable by which a console shows the folder of its lab."""

LISTENS_AT = "LAB_CONSOLE_AT"
"""The variable by which it shows its address."""


def is_asked_for() -> bool:
    """Return whether LAB_CONSOLE asks for a console beside each lab.

    Raises:
        UsageError: It is neither on nor off.
    """
    said = os.environ.get(ASKED_FOR) or "off"
    if said not in ("on", "off"):
        raise UsageError(
            say("{variable} is {said!r}, but it must be on or off.", variable=ASKED_FOR, said=said)
        )
    return said == "on"


def port_asked_for() -> int:
    """Return where a console is to listen: LAB_CONSOLE_PORT, or 4580.

    Raises:
        UsageError: LAB_CONSOLE_PORT is not a port.
    """
    return port_in_environment(PORT_ASKED_FOR, DEFAULT_CONSOLE_PORT)


def install() -> None:
    """Install what the console needs where it is not installed yet, telling how far that is.

    Raises:
        SystemExit: It could not be installed, which has been said then.
    """
    done = subprocess.run(
        [sys.executable, "-P", str(REPOSITORY / "scripts" / "set_up.py"), "lab", "console"],
        env={
            **os.environ,
            "LAB_LANG": language_of_this_command(),
            "LAB_UV": shutil.which("uv") or "",
        },
        check=False,
    )
    if done.returncode:
        raise SystemExit(done.returncode)


TELLER = "lab.story.console:tell_console"
"""Who tells the console why a file got no further: the console knows it by name only."""


@dataclass(frozen=True)
class WebConsole:
    """The console of the lab on one port.

    Args:
        lab_port: Of the lab.
    """

    lab_port: int

    @property
    def log_file(self) -> Path:
        """Where it writes what went wrong."""
        return lab_home(self.lab_port) / "console.log"

    def address(self) -> str | None:
        """Return where it is, also in a container; None when it does not run."""
        running = self._process()
        if running is not None:
            return environment_of(running)[LISTENS_AT]
        address = _address(port_asked_for())  # one in a container is no process of ours
        return address if self._answers(address) else None

    def prepare(self, port: int) -> None:
        """Do what may fail before anything is started: its port, and what it is made of.

        Args:
            port: Where it is to listen, on 127.0.0.1.

        Raises:
            LabError: The port is taken.
            SystemExit: What it is made of could not be installed, which has been said then.
        """
        if self.address() is not None:
            return
        another = command(f"console --port {port + 1}", self.lab_port)
        if port == self.lab_port:
            raise LabError(
                say(
                    "Port {port} is the lab's own; the console needs another one: {remedy}",
                    port=port,
                    remedy=another,
                )
            )
        refuse_a_taken_port(port, another)
        install()

    def start(self, lab: LabRecord, port: int, *, mine: str = "", read_only: bool = False) -> str:
        """Start it after `prepare`, wait until it answers, and return its address.

        One that runs already stays as it is.

        Args:
            lab: Whose console it is.
            port: Where it is to listen, on 127.0.0.1.
            mine: The account in which a visitor begins; none for the lab's first.
            read_only: Whether it may only look.

        Raises:
            LabError: It does not start.
        """
        address = self.address()
        if address is not None:
            return address
        self.log_file.parent.mkdir(parents=True, exist_ok=True)
        options = ["--endpoint", lab.endpoint, "--port", str(port)]
        options += ["--region", lab.settings.region, *(["--read-only"] if read_only else [])]
        options += ["--lab", json.dumps(_told(lab))]
        for number, purpose in _accounts(lab, mine).items():
            options += ["--account", f"{number}={purpose}"]
        with self.log_file.open("wb") as log, undisturbed():
            process = subprocess.Popen(
                [sys.executable, "-P", "-m", "console", *options],
                cwd=lab_home(self.lab_port),
                env=self._environment(lab, port),
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )
        try:
            self._wait_until_it_answers(psutil.Process(process.pid), _address(port))
        except BaseException:
            self.stop()
            raise
        return _address(port)

    def stop(self) -> bool:
        """End it; whether it was running."""
        running = self._process()
        if running is None:
            return False
        end_process(running, STOP_PATIENCE_SECONDS)
        return True

    def _process(self) -> psutil.Process | None:
        home = str(lab_home(self.lab_port))
        found = (p for p in psutil.process_iter() if environment_of(p).get(OF_LAB) == home)
        return next((process for process in found if not has_ended(process)), None)

    def _environment(self, lab: LabRecord, port: int) -> dict[str, str]:
        """Return a clean environment: nothing of the user's own AWS, and no proxy."""
        course_key = lab.variables.get("LAB_COURSE_KEY")
        return {
            **{name: os.environ[name] for name in KEPT_FROM_THE_USER if name in os.environ},
            OF_LAB: str(lab_home(self.lab_port)),
            LISTENS_AT: _address(port),
            **({"LAB_COURSE_KEY": course_key} if course_key else {}),
            "PYTHONPATH": os.pathsep.join([str(REPOSITORY), str(REPOSITORY / "init")]),
            "PYTHONUTF8": "1",
            "AWS_CONFIG_FILE": os.devnull,
            "AWS_SHARED_CREDENTIALS_FILE": os.devnull,
            "AWS_EC2_METADATA_DISABLED": "true",
        }

    def _wait_until_it_answers(self, process: psutil.Process, address: str) -> None:
        for _ in Polling(within=START_LIMIT_SECONDS, every=POLL_SECONDS):
            if has_ended(process):
                raise LabError(self._with_log(say("The console ended before it was ready.")))
            if self._answers(address):
                return
        late = say("The console was not ready after {seconds} s.", seconds=START_LIMIT_SECONDS)
        raise LabError(self._with_log(late))

    def _answers(self, address: str) -> bool:
        """Whether the console of this lab answers there."""
        directly = urllib.request.build_opener(urllib.request.ProxyHandler({}))
        try:
            with directly.open(f"{address}/about", timeout=1) as answer:
                console_of = str(json.load(answer)["console_of"])
            return urlsplit(console_of).port == self.lab_port
        except (OSError, http.client.HTTPException, ValueError, LookupError, TypeError):
            return False  # nobody is there, or somebody else

    def _with_log(self, sentence: str) -> str:
        lines = self.log_file.read_text(encoding="utf-8", errors="replace").splitlines()
        head = say("{sentence} The last lines of {file}:", sentence=sentence, file=self.log_file)
        return "\n".join([head, *lines[-LOG_TAIL_LINES:]])


def prepare_beside(lab_port: int, *, asked: bool) -> bool:
    """Prepare the console that an option or LAB_CONSOLE asks for, before its lab is started.

    Args:
        lab_port: Of the lab.
        asked: Whether an option asks for it.

    Returns:
        Whether a console is wanted.

    Raises:
        LabError: It could not start.
    """
    wanted = asked or is_asked_for()
    if wanted:
        WebConsole(lab_port).prepare(port_asked_for())
    return wanted


def start_beside(lab: LabRecord) -> str:
    """Start the console of a lab that was just started, or find it; return its address.

    Raises:
        LabError: It does not start.
    """
    with turn(lab.port):
        return WebConsole(lab.port).start(lab, port_asked_for())


def _told(lab: LabRecord) -> dict[str, Any]:
    """Return what only a console of a lab is told, of its commands, its stories and the course.

    `Lab.from_json` of console/lab.py reads it.
    """
    settings = lab.settings
    return {
        "port": lab.port,
        "teller": TELLER,
        "course": {
            "progress": str(lab_home(lab.port) / "course"),
            "my": str(my_folder()),
            "region": settings.region,
            "student": settings.student,
            "email": settings.email,
            "pace": "quick" if lab.profile == "quick" else "workshop",
        },
    }


def _accounts(lab: LabRecord, mine: str) -> dict[str, str]:
    """Return the accounts to switch to, each with what it is for; a visitor begins in the first."""
    from course.sandbox import DEFAULT_ACCOUNT

    first = "empty, to build in" if lab.is_empty else "the finished pipeline"
    if mine and mine != FIRST_ACCOUNT:
        return {mine: "my sandbox", FIRST_ACCOUNT: first}
    return {FIRST_ACCOUNT: first, DEFAULT_ACCOUNT: "my sandbox"}


def _address(port: int) -> str:
    return f"http://127.0.0.1:{port}"

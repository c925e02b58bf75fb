"""The console of a lab: a web server in a process of its own, which outlives the lab's restarts.

Like LocalStack it is found by what it is: its environment names the folder of its lab.
"""

import os
import subprocess
import sys
import urllib.error
import urllib.request
from dataclasses import dataclass
from pathlib import Path

import psutil

from lab.advice import command
from lab.errors import LabError
from lab.interruption import undisturbed
from lab.language import say
from lab.launch.local import KEPT_FROM_THE_USER
from lab.launch.ports import refuse_a_taken_port
from lab.launch.processes import end_process, environment_of, has_ended
from lab.paths import REPOSITORY, lab_home
from lab.running import LabRecord
from provision.waiting import Polling

DEFAULT_CONSOLE_PORT = 4580
START_LIMIT_SECONDS = 60
STOP_PATIENCE_SECONDS = 3
POLL_SECONDS = 0.1
LOG_TAIL_LINES = 8

OF_LAB = "LAB_CONSOLE_OF"
"""The variable by which a console shows the folder of its lab."""

LISTENS_ON = "LAB_CONSOLE_PORT"


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
        """Return where it is; None when it does not run."""
        running = self._process()
        return None if running is None else _address(environment_of(running)[LISTENS_ON])

    def start(self, lab: LabRecord, accounts: dict[str, str], port: int, *, read_only: bool) -> str:
        """Start it, wait until it answers, and return its address.

        Args:
            lab: Whose console it is.
            accounts: Accounts to switch to, each with what it is for.
            port: Where it is to listen, on 127.0.0.1.
            read_only: Whether it may only look.

        Raises:
            LabError: The port is taken, or it does not start.
        """
        remedy = command(f"console --console-port {port + 1}", self.lab_port)
        refuse_a_taken_port(port, remedy)
        self.log_file.parent.mkdir(parents=True, exist_ok=True)
        options = ["--endpoint", lab.endpoint, "--port", str(port)]
        options += ["--region", lab.settings.region, *(["--read-only"] if read_only else [])]
        for number, purpose in accounts.items():
            options += ["--account", f"{number}={purpose}"]
        with self.log_file.open("wb") as log, undisturbed():
            process = subprocess.Popen(
                [sys.executable, "-P", "-m", "console", *options],
                cwd=lab_home(self.lab_port),
                env=self._environment(port),
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

    def _environment(self, port: int) -> dict[str, str]:
        """Return a clean environment: nothing of the user's own AWS, and no proxy."""
        return {
            **{name: os.environ[name] for name in KEPT_FROM_THE_USER if name in os.environ},
            OF_LAB: str(lab_home(self.lab_port)),
            LISTENS_ON: str(port),
            "PYTHONPATH": str(REPOSITORY),
            "PYTHONUTF8": "1",
            "AWS_CONFIG_FILE": os.devnull,
            "AWS_SHARED_CREDENTIALS_FILE": os.devnull,
            "AWS_EC2_METADATA_DISABLED": "true",
        }

    def _wait_until_it_answers(self, process: psutil.Process, address: str) -> None:
        for _ in Polling(within=START_LIMIT_SECONDS, every=POLL_SECONDS):
            if has_ended(process):
                raise LabError(self._with_log(say("The console ended before it was ready.")))
            if _answers(address):
                return
        late = say("The console was not ready after {seconds} s.", seconds=START_LIMIT_SECONDS)
        raise LabError(self._with_log(late))

    def _with_log(self, sentence: str) -> str:
        lines = self.log_file.read_text(encoding="utf-8", errors="replace").splitlines()
        head = say("{sentence} The last lines of {file}:", sentence=sentence, file=self.log_file)
        return "\n".join([head, *lines[-LOG_TAIL_LINES:]])


def _address(port: int | str) -> str:
    return f"http://127.0.0.1:{port}"


def _answers(address: str) -> bool:
    directly = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    try:
        with directly.open(f"{address}/style.css", timeout=1):
            return True
    except (OSError, urllib.error.URLError):
        return False

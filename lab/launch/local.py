"""The lab without Docker: LocalStack from `.venv`, in a process of its own."""

import os
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import psutil

from lab.advice import command
from lab.chosen import DEFAULT_PORT
from lab.errors import LabError
from lab.interruption import undisturbed
from lab.language import say
from lab.launch.environment import (
    ON_THIS_MACHINE,
    lab_settings,
    localstack_settings,
    set_otherwise,
)
from lab.launch.launcher import LauncherStatus, Progress, silent
from lab.launch.needs import allow_open_files, refuse_a_full_disk
from lab.launch.ports import refuse_a_taken_port
from lab.launch.processes import LOCALSTACK, LabProcesses, environment_of, has_ended
from lab.launch.readiness import Readiness, read_readiness
from lab.paths import REPOSITORY, lab_home
from provision.waiting import Polling

START_LIMIT_SECONDS = 180
STOP_PATIENCE_SECONDS = 4
POLL_SECONDS = 0.2
READY_POLL_SECONDS = 0.05
"""A look costs LocalStack a millisecond; what is not seen at once delays the start."""
LOG_TAIL_LINES = 12
SERVICE_INDEX = Path(sys.prefix) / "localstack" / "usr" / "lib" / "localstack"
"""Made once by scripts/set_up.py; without it LocalStack builds it at every start."""

KEPT_FROM_THE_USER = ("PATH", "HOME", "USER", "LANG", "LC_ALL", "TZ", "SSL_CERT_FILE")
MAIL_RELAY = ("SMTP_HOST", "SMTP_USER", "SMTP_PASS")


@dataclass
class LocalLauncher:
    """LocalStack as a process on one port of the loopback interface.

    Args:
        port: Where it listens, on 127.0.0.1 only.
        profile: `workshop` or `quick`.
        home: The folder for all it writes; by default `.lab/<port>`.
        settings: The LAB_* variables for the provisioner; by default the user's own.
        provisions: Whether it provisions the pipeline; else it is ready when LocalStack is.
        variables: Of LocalStack, beside or instead of the usual ones.
    """

    port: int = DEFAULT_PORT
    profile: str = "workshop"
    home: Path | None = None
    settings: dict[str, str] | None = None
    provisions: bool = True
    variables: dict[str, str] = field(default_factory=dict)
    name: str = field(default="local", init=False)

    def __post_init__(self) -> None:
        """Decide where things are."""
        self._home = (self.home or lab_home(self.port)).absolute()
        self._root = self._home / "root"
        # A name of one letter: paths of Unix sockets end at 107 bytes.
        self._tmp = self._home / "t"
        self._state = self._home / "state"
        self._processes = LabProcesses(self._root, self._tmp)
        self.log_file = self._home / "localstack.log"

    @property
    def endpoint(self) -> str:
        """Where AWS clients of this lab go."""
        return f"http://127.0.0.1:{self.port}"

    def start(self, progress: Progress = silent) -> None:
        """Start LocalStack, let it provision itself, return when all of it succeeded.

        One that runs already, also one whose `up` was killed, is waited for.

        Raises:
            LabError: The port is taken, the process ended, or provisioning failed or took too long.
        """
        running = self.localstack()
        if running is not None:
            down = command("down", self.port)
            remedy = say("{down} stops it.", down=down)
            self._wait_until_ready(running, progress, f" {remedy}")
            return
        self._processes.end(STOP_PATIENCE_SECONDS)  # what a LocalStack that was killed left behind
        refuse_a_taken_port(self.port, command("up", self.port + 1))
        self._home.mkdir(parents=True, exist_ok=True)
        refuse_a_full_disk(self._home)
        allow_open_files()
        progress(say("starting LocalStack"))
        try:
            self._wait_until_ready(self._launch(), progress)
        except BaseException:
            self.stop()
            raise

    def stop(self, *, wipe: bool = False) -> None:
        """End LocalStack and whatever it started."""
        self._processes.end(STOP_PATIENCE_SECONDS)
        if wipe and self._home.exists():
            shutil.rmtree(self._home)

    def discard_state(self) -> None:
        """Delete the state that this lab has saved by itself."""
        shutil.rmtree(self._state, ignore_errors=True)

    def status(self) -> LauncherStatus:
        """Return whether the process lives and the lab is provisioned."""
        running = self.localstack()
        if running is None:
            return LauncherStatus(running=False, ready=False)
        ready = read_readiness(self.endpoint).ready
        return LauncherStatus(running=True, ready=ready, detail=f"pid {running.pid}")

    def localstack(self) -> psutil.Process | None:
        """Return the process of the running LocalStack; None when it does not run."""
        return self._processes.localstack()

    def running_environment(self) -> dict[str, str] | None:
        """Return what the running LocalStack was started with; None when it does not run."""
        running = self.localstack()
        return None if running is None else environment_of(running)

    def settings_for_later(self) -> list[str]:
        """Return the variables set now that the running LocalStack was not started with."""
        return set_otherwise(self.running_environment() or {})

    def logs(self, *, follow: bool = False) -> Iterator[str]:
        """Yield the lines of LocalStack's log; with `follow` until the process ends."""
        if not self.log_file.exists():
            return
        running = self.localstack() if follow else None
        with self.log_file.open(encoding="utf-8", errors="replace") as log:
            while True:
                for line in log:
                    yield line.rstrip("\n")
                if running is None or has_ended(running):
                    return
                time.sleep(POLL_SECONDS)

    # -- starting ---------------------------------------------------------------------------

    def _launch(self) -> psutil.Process:
        self._lay_out_files()
        # Until it runs LocalStack, no command would find this process and end it.
        with self.log_file.open("wb") as log, undisturbed():
            process = subprocess.Popen(
                [sys.executable, "-P", "-m", LOCALSTACK],
                cwd=self._home,
                env=self._environment(),
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )
            return psutil.Process(process.pid)

    def _lay_out_files(self) -> None:
        """Make a fresh file system for LocalStack, with the repository's folders where it reads."""
        shutil.rmtree(self._root, ignore_errors=True)
        shutil.rmtree(self._tmp, ignore_errors=True)
        self._tmp.mkdir(parents=True)
        hooks = self._root / "etc" / "localstack"
        hooks.mkdir(parents=True)
        for folder in ("init", "lambdas", "asl") if self.provisions else ():
            (hooks / folder).symlink_to(REPOSITORY / folder)
        if SERVICE_INDEX.is_dir():
            libraries = self._root / "usr" / "lib"
            libraries.mkdir(parents=True)
            (libraries / "localstack").symlink_to(SERVICE_INDEX)

    def _environment(self) -> dict[str, str]:
        """Return a clean environment: no AWS profile and no proxy of the user's."""
        kept = {
            name: os.environ[name] for name in KEPT_FROM_THE_USER + MAIL_RELAY if name in os.environ
        }
        settings = self.settings if self.settings is not None else dict(os.environ)
        return {
            **kept,
            **localstack_settings(self.profile),
            **lab_settings(self.profile, settings),
            "GATEWAY_LISTEN": f"127.0.0.1:{self.port}",
            "LOCALSTACK_HOST": f"127.0.0.1:{self.port}",
            "AWS_ENDPOINT_URL": self.endpoint,
            **ON_THIS_MACHINE,
            "FILESYSTEM_ROOT": str(self._root),
            "LOCALSTACK_VOLUME_DIR": str(self._root / "volume"),
            "TMPDIR": str(self._tmp),
            "LAB_STATE_DIR": str(self._state),
            "PYTHONPATH": str(REPOSITORY / "engine"),
            "PYTHONUNBUFFERED": "1",
            "PYTHONUTF8": "1",
            **self.variables,
        }

    # -- waiting ----------------------------------------------------------------------------

    def _wait_until_ready(
        self, localstack: psutil.Process, progress: Progress, remedy: str = ""
    ) -> None:
        for _ in Polling(within=START_LIMIT_SECONDS, every=READY_POLL_SECONDS):
            if has_ended(localstack):
                raise LabError(self._with_log(say("LocalStack ended before it was ready.")))
            readiness = read_readiness(self.endpoint)
            if readiness.failed:
                failed = ", ".join(readiness.failed)
                told = say("Provisioning failed in {scripts}.", scripts=failed)
                raise LabError(self._with_log(told + remedy))
            if readiness.completed and self.provisions and not readiness.scripts:
                raise LabError(say("LocalStack found nothing to provision in init/ready.d."))
            if readiness.ready or (readiness.completed and not self.provisions):
                self._refuse_another_executor()
                return
            progress(_what_happens(readiness))
        late = say("The lab was not ready after {seconds} s.", seconds=START_LIMIT_SECONDS)
        raise LabError(self._with_log(late + remedy))

    def _refuse_another_executor(self) -> None:
        """Refuse a LocalStack that did not find the executor: it takes docker, and only warns."""
        if any("Falling back" in line for line in self.logs()):
            told = say("LocalStack did not find the executor in engine/.")
            raise LabError(self._with_log(told))

    def _with_log(self, sentence: str) -> str:
        tail = list(self.logs())[-LOG_TAIL_LINES:]
        head = say("{sentence} The last lines of {file}:", sentence=sentence, file=self.log_file)
        return "\n".join([head, *tail])


def _what_happens(readiness: Readiness) -> str:
    if not readiness.answers:
        return say("starting LocalStack")
    return say("provisioning buckets, queues, functions and the rest")

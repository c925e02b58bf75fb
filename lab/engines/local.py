"""The local engine: LocalStack from `.venv`, in a process of its own, without Docker."""

import contextlib
import fcntl
import json
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import asdict, dataclass, field
from pathlib import Path

from lab.advice import command
from lab.engines.base import EngineStatus, Progress, silent
from lab.engines.environment import DEFAULT_PORT, lab_settings, localstack_settings
from lab.engines.processes import ProcessId, end_session, holder_of_port
from lab.engines.readiness import Readiness, read_readiness
from lab.errors import LabError
from lab.paths import REPOSITORY, lab_home

START_LIMIT_S = 180
STOP_PATIENCE_S = 4
POLL_S = 0.2
LOG_TAIL_LINES = 12
# Made once by scripts/set_up.py; without it LocalStack builds it at every start.
SERVICE_INDEX = Path(sys.prefix) / "localstack" / "usr" / "lib" / "localstack"
KEPT_FROM_THE_USER = ("PATH", "HOME", "USER", "LANG", "LC_ALL", "TZ", "SSL_CERT_FILE")
MAIL_RELAY = ("SMTP_HOST", "SMTP_USER", "SMTP_PASS")


@dataclass(frozen=True)
class ProcessRecord:
    """The process of a started lab, as it stands in `process.json`."""

    pid: int
    started: float
    profile: str

    @property
    def identity(self) -> ProcessId:
        """The process, told apart from a later one with the same pid."""
        return ProcessId(self.pid, self.started)


@dataclass
class LocalEngine:
    """LocalStack as a process on one port of the loopback interface.

    Args:
        port: where it listens, on 127.0.0.1 only.
        profile: `workshop` or `quick`.
        home: the folder for all it writes; by default `.lab/<port>`.
        settings: the LAB_* variables for the provisioner; by default the user's own.
        provisions: whether it provisions the pipeline; else it is ready when LocalStack is.
        variables: of LocalStack, beside or instead of the usual ones.
    """

    port: int = DEFAULT_PORT
    profile: str = "workshop"
    home: Path | None = None
    settings: dict[str, str] | None = None
    provisions: bool = True
    variables: dict[str, str] = field(default_factory=dict)
    name: str = field(default="local", init=False)

    def __post_init__(self) -> None:
        """Lay down where things are."""
        self._home = (self.home or lab_home(self.port)).absolute()
        self._record_file = self._home / "process.json"
        self.log_file = self._home / "localstack.log"

    @property
    def endpoint(self) -> str:
        """Where AWS clients of this lab go."""
        return f"http://127.0.0.1:{self.port}"

    def start(self, progress: Progress = silent) -> None:
        """Start LocalStack, let it provision itself, return when all of it succeeded.

        Raises:
            LabError: the port is taken, the process ended, or provisioning failed or took too long.
        """
        with self._alone():
            running = self._running_record()
            if running is not None:
                self._wait_until_ready(running, progress)
                return
            self._refuse_a_taken_port()
            progress("starting LocalStack")
            record = self._launch()
            try:
                self._wait_until_ready(record, progress)
            except BaseException:
                self._end(record)
                raise

    def stop(self, *, wipe: bool = False) -> None:
        """End LocalStack and whatever it started."""
        if not self._home.exists():
            return
        with self._alone():
            record = self._read_record()
            if record is not None:
                self._end(record)
        if wipe:
            shutil.rmtree(self._home, ignore_errors=True)

    def status(self) -> EngineStatus:
        """Whether the process lives and the lab is provisioned."""
        record = self._running_record()
        if record is None:
            return EngineStatus(running=False, ready=False)
        ready = read_readiness(self.endpoint).ready
        return EngineStatus(running=True, ready=ready, detail=f"pid {record.pid}")

    def logs(self, *, follow: bool = False) -> Iterator[str]:
        """The lines of LocalStack's log; with `follow` until the process ends."""
        if not self.log_file.exists():
            return
        with self.log_file.open(encoding="utf-8", errors="replace") as log:
            while True:
                for line in log:
                    yield line.rstrip("\n")
                if not follow or self._running_record() is None:
                    return
                time.sleep(POLL_S)

    def running_profile(self) -> str | None:
        """The profile the running process was started with, or None when nothing runs."""
        record = self._running_record()
        return record.profile if record else None

    # -- starting ---------------------------------------------------------------------------

    def _refuse_a_taken_port(self) -> None:
        holder = holder_of_port(self.port)
        if holder:
            raise LabError(
                f"Port {self.port} is taken by {holder}. "
                f"Stop it, or choose another port: {command('up', self.port + 1)}"
            )

    def _launch(self) -> ProcessRecord:
        self._lay_out_files()
        with self.log_file.open("wb") as log:
            process = subprocess.Popen(
                [sys.executable, "-P", "-m", "localstack.runtime.main"],
                cwd=self._home,
                env=self._environment(),
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )
        identity = ProcessId.of(process.pid)
        record = ProcessRecord(identity.pid, identity.started, self.profile)
        self._record_file.write_text(json.dumps(asdict(record)), encoding="utf-8")
        return record

    def _lay_out_files(self) -> None:
        """A fresh file system for LocalStack, with the repository's folders where it reads them."""
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

    @property
    def _root(self) -> Path:
        return self._home / "root"

    @property
    def _tmp(self) -> Path:
        # A name of one letter: paths of Unix sockets end at 107 bytes.
        return self._home / "t"

    def _environment(self) -> dict[str, str]:
        """A clean environment: the user's AWS profile or proxy has no business in here."""
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
            "OVERRIDE_IN_DOCKER": "0",
            "DNS_ADDRESS": "0",
            "FILESYSTEM_ROOT": str(self._root),
            "LOCALSTACK_VOLUME_DIR": str(self._root / "volume"),
            "TMPDIR": str(self._tmp),
            "PYTHONPATH": str(REPOSITORY / "engine"),
            "PYTHONUNBUFFERED": "1",
            "PYTHONDONTWRITEBYTECODE": "1",
            "PYTHONUTF8": "1",
            **self.variables,
        }

    # -- waiting ----------------------------------------------------------------------------

    def _wait_until_ready(self, record: ProcessRecord, progress: Progress) -> None:
        deadline = time.monotonic() + START_LIMIT_S
        while time.monotonic() < deadline:
            if record.identity.process() is None:
                raise LabError(self._with_log("LocalStack ended before it was ready."))
            readiness = read_readiness(self.endpoint)
            if readiness.failed:
                failed = ", ".join(readiness.failed)
                raise LabError(self._with_log(f"Provisioning failed in {failed}."))
            if readiness.completed and self.provisions and not readiness.scripts:
                raise LabError("LocalStack found nothing to provision in init/ready.d.")
            if readiness.ready or (readiness.completed and not self.provisions):
                self._refuse_another_executor()
                return
            progress(_what_happens(readiness))
            time.sleep(POLL_S)
        raise LabError(self._with_log(f"The lab was not ready after {START_LIMIT_S} s."))

    def _refuse_another_executor(self) -> None:
        """LocalStack takes docker in place of an executor it cannot find, with only a warning."""
        if any("Falling back" in line for line in self.logs()):
            raise LabError(self._with_log("LocalStack did not find the executor in engine/."))

    def _with_log(self, sentence: str) -> str:
        tail = list(self.logs())[-LOG_TAIL_LINES:]
        return "\n".join([f"{sentence} The last lines of {self.log_file}:", *tail])

    # -- the process and its record -----------------------------------------------------------

    @contextlib.contextmanager
    def _alone(self) -> Iterator[None]:
        """Two commands at once on one lab take turns."""
        self._home.mkdir(parents=True, exist_ok=True)
        with (self._home / "lock").open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            yield

    def _read_record(self) -> ProcessRecord | None:
        try:
            return ProcessRecord(**json.loads(self._record_file.read_text(encoding="utf-8")))
        except (FileNotFoundError, ValueError, TypeError):
            return None

    def _running_record(self) -> ProcessRecord | None:
        record = self._read_record()
        return record if record and record.identity.process() else None

    def _end(self, record: ProcessRecord) -> None:
        end_session(record.identity, STOP_PATIENCE_S)
        self._record_file.unlink(missing_ok=True)


def _what_happens(readiness: Readiness) -> str:
    if not readiness.answers:
        return "starting LocalStack"
    return "provisioning buckets, queues, functions and the rest"

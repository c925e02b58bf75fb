"""Runs tests of the suite against a server of its own, and tells how far it is."""

from __future__ import annotations

import json
import os
import subprocess
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING

import psutil

from lab.conformance.results import results_file
from lab.errors import LabError
from lab.launch.environment import ON_THIS_MACHINE, REQUIRED
from lab.launch.local import LocalLauncher
from lab.launch.ports import free_port
from lab.launch.processes import LabProcesses
from lab.locked_environment import LockedEnvironment
from lab.paths import REPOSITORY, STATE

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

    from lab.conformance.suite import Suite

BESIDE = REPOSITORY / "lab" / "conformance" / "beside"
HOME = STATE / "conformance"
ENVIRONMENT = LockedEnvironment("the suite", HOME / "environment", locks=("lab", "conformance"))
"""What the suite's tests import, in the versions they were made for."""

WRITTEN_PORT = 4566
"""The port that the suite has in many places; connections to it are led to the real one."""

SECONDS_OF_ONE_TEST = 90
SILENCE_SECONDS = 420
"""How long a run may give no result: its longest test, its collection, on a busy machine."""

STOP_PATIENCE_SECONDS = 10
POLL_SECONDS = 0.5


@dataclass(frozen=True)
class Configuration:
    """How LocalStack is started.

    Attributes:
        name: as the table and the results have it.
        title: what it is, in the table's words.
        variables: beside or instead of the lab's usual ones.
    """

    name: str
    title: str
    variables: dict[str, str]


OF_THE_SUITE = {
    "LAB_CONFIRM_EMAIL": "ask",
    "LAB_ALLOWED_HOSTS": "aws.test.local,s3.amazonaws.com,s3.us-west-2.amazonaws.com",
    "LAB_ALLOWED_ORIGINS": "https://app.localstack.cloud,https://localhost:4200,"
    "http://localhost:4200,http://random:1234",
}
"""What a user of the lab would set for it: its e-mail addresses have no owners who would open the
links of their mails, it calls the server by names of its own, and plays pages of its own, to which
the lab and then a bucket's CORS rules give what they may."""

CONFIGURATIONS = {
    each.name: each
    for each in (
        Configuration(
            "plain",
            "LocalStack with the lab's executor only",
            {"LAB_FIDELITY": "off", "LAB_CONFORMANCE_GATE": "off"},
        ),
        Configuration("iam-off", "the lab with LAB_IAM=off", {**OF_THE_SUITE, "LAB_IAM": "off"}),
        Configuration("lab", "the lab", {**OF_THE_SUITE, "LAB_IAM": "enforce"}),
    )
}


@dataclass(frozen=True)
class Run:
    """One run of the suite: what all its parts share.

    Attributes:
        suite: the checkout.
        python: of the environment that the tests run in.
        number: what the results of this run are marked with.
        downloads: whether LocalStack may fetch what it lacks, such as a Java.
    """

    suite: Suite
    python: Path
    number: str
    downloads: bool = False

    def of(
        self, configuration: Configuration, tests: Sequence[str], told: Callable[[str], None]
    ) -> None:
        """Run tests under one configuration, on a server that is started for them.

        The results are written into the configuration's file, each as it comes.

        Args:
            configuration: how LocalStack is started.
            tests: what pytest is given, relative to the checkout.
            told: is called with what happens, in a few words.

        Raises:
            LabError: the server did not start, or pytest could not run the tests.
        """
        server = self._server(configuration, free_port())
        log = HOME / f"{configuration.name}.log"
        try:
            server.start(told)
            self._tests(configuration, tests, server.port, log, told)
        finally:
            server.stop()

    def _server(self, configuration: Configuration, port: int) -> LocalLauncher:
        return LocalLauncher(
            port=port,
            profile="quick",
            home=HOME / configuration.name,
            settings={},
            provisions=False,
            variables={
                **configuration.variables,
                **self._beside(port),
                "LOCALSTACK_HOST": f"localhost.localstack.cloud:{WRITTEN_PORT}",
                "PYTHONPATH": f"{REPOSITORY / 'engine'}:{BESIDE}",
            },
        )

    def _beside(self, port: int) -> dict[str, str]:
        """Return what `beside/sitecustomize.py` reads, in the server and in the tests."""
        return {
            "LAB_CONFORMANCE_PORT": str(port),
            "LAB_CONFORMANCE_DOWNLOADS": "on" if self.downloads else "off",
        }

    def _tests(
        self,
        configuration: Configuration,
        tests: Sequence[str],
        port: int,
        log: Path,
        told: Callable[[str], None],
    ) -> None:
        results = results_file(configuration.name)
        results.parent.mkdir(parents=True, exist_ok=True)
        with log.open("wb") as output:
            process = subprocess.Popen(
                [
                    str(self.python),
                    *("-m", "pytest", "-p", "lab_conformance", "-p", "no:cacheprovider"),
                    *("-q", "--tb=short", "--show-capture=no", "-o", "log_level=WARNING"),
                    f"--timeout={SECONDS_OF_ONE_TEST}",
                    *tests,
                ],
                cwd=self.suite.folder,
                env=self._environment_of_tests(configuration, port, results),
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )
        pytest = psutil.Process(process.pid)  # while it is there: it may be gone at the end
        try:
            self._follow(process, results, log, told)
        finally:
            temporary = _temporary(configuration)
            started = LabProcesses(temporary / "root", temporary)
            started.end(STOP_PATIENCE_SECONDS, leader=pytest)

    def _environment_of_tests(
        self, configuration: Configuration, port: int, results: Path
    ) -> dict[str, str]:
        temporary = _temporary(configuration)
        temporary.mkdir(parents=True, exist_ok=True)
        kept = {name: os.environ[name] for name in ("PATH", "HOME", "LANG") if name in os.environ}
        return {
            **kept,
            **self._beside(port),
            "LAB_CONFORMANCE_RESULTS": str(results),
            "LAB_CONFORMANCE_RUN": self.number,
            # The suite starts no LocalStack of its own, and looks for the one that runs.
            "TEST_SKIP_LOCALSTACK_START": "1",
            "GATEWAY_LISTEN": f"127.0.0.1:{WRITTEN_PORT}",
            **REQUIRED,
            **ON_THIS_MACHINE,
            "FILESYSTEM_ROOT": str(temporary / "root"),
            "TMPDIR": str(temporary),
            "PYTHONPATH": f"{BESIDE}:{self.suite.folder}",
            "PYTHONUTF8": "1",
        }

    def _follow(
        self,
        process: subprocess.Popen[bytes],
        results: Path,
        log: Path,
        told: Callable[[str], None],
    ) -> None:
        """Tell how many tests are done until pytest ends."""
        done = failed = 0
        last = time.monotonic()
        with results.open("a+", encoding="utf-8") as lines:
            while True:
                has_ended = process.poll() is not None
                for line in lines:
                    done += 1
                    failed += json.loads(line)["outcome"] == "failed"
                    last = time.monotonic()
                    told(f"{done} tests done, {failed} failed")
                if has_ended:
                    break
                if time.monotonic() - last > SILENCE_SECONDS:
                    raise LabError(f"No test ended in {SILENCE_SECONDS} s. See {log}")
                time.sleep(POLL_SECONDS)
        if process.returncode not in (0, 1) or not done:  # 1: some tests failed
            raise LabError(f"pytest could not run the tests (status {process.returncode}): {log}")


def _temporary(configuration: Configuration) -> Path:
    """Return the folder of the tests' own files; their environment names it."""
    return HOME / configuration.name / "p"

"""The provisioner as the command line uses it: what it would change, and the change itself."""

import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Callable
from dataclasses import dataclass

from lab.errors import LabError
from lab.language import say
from lab.paths import REPOSITORY
from lab.running import SECRET_KEY, RunningLab


@dataclass(frozen=True)
class Change:
    """A resource that would be changed.

    Attributes:
        resource: What the provisioner calls it.
        differences: What would be different, each as half a line.
    """

    resource: str
    differences: tuple[str, ...] = ()


@dataclass(frozen=True)
class Plan:
    """What the provisioner would do.

    Attributes:
        unchanged: How many resources are as they should be.
        create: What is missing.
        update: What an earlier version of the sources made.
        replace: What somebody else has made or changed.
    """

    unchanged: int
    create: tuple[Change, ...] = ()
    update: tuple[Change, ...] = ()
    replace: tuple[Change, ...] = ()

    @property
    def changes(self) -> int:
        """How many resources would be changed."""
        return len(self.create) + len(self.update) + len(self.replace)


@dataclass(frozen=True)
class Provisioner:
    """One of the repository's provisioners, in a process with an environment of its own.

    Attributes:
        module: Its package, as `python -m` takes it.
        lab: What it provisions.
    """

    module: str
    lab: RunningLab

    def plan(self) -> Plan:
        """Return what it would change; nothing is changed.

        Raises:
            LabError: The sources can't be deployed, or the cloud does not answer.
        """
        done = subprocess.run(
            [*self._command, "plan"],
            env=self.environment,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            check=False,
        )
        if done.returncode:
            reason = self._reason(done.stderr)
            raise LabError(say("Nothing was changed. {reason}", reason=reason))
        told = json.loads(done.stdout)
        kinds = {
            kind: tuple(Change(each["resource"], tuple(each["differences"])) for each in told[kind])
            for kind in ("create", "update", "replace")
        }
        return Plan(told["unchanged"], **kinds)

    def apply(self, tell: Callable[[str], None]) -> None:
        """Provision.

        Args:
            tell: Given each line that the provisioner says.

        Raises:
            LabError: It failed; what it had done before stays.
        """
        with tempfile.TemporaryFile("w+", encoding="utf-8") as errors:
            with subprocess.Popen(
                self._command,
                env=self.environment,
                stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                stderr=errors,
                text=True,
            ) as process:
                for line in process.stdout or ():
                    tell(line.rstrip("\n"))
            if process.returncode:
                errors.seek(0)
                reason = self._reason(errors.read())
                raise LabError(say("Nothing more was changed. {reason}", reason=reason))

    @property
    def _command(self) -> list[str]:
        return [sys.executable, "-P", "-m", self.module]

    @property
    def environment(self) -> dict[str, str]:
        """What the provisioner gets at the lab's own start, so that nothing else changes."""
        lab = self.lab
        return {
            **os.environ,
            **lab.record.variables_of(lab.account),
            "PYTHONPATH": os.pathsep.join((str(REPOSITORY), str(REPOSITORY / "init"))),
            "PYTHONUTF8": "1",
            "AWS_ENDPOINT_URL": lab.endpoint,
            "AWS_ACCESS_KEY_ID": lab.account,
            "AWS_SECRET_ACCESS_KEY": SECRET_KEY,
            "AWS_DEFAULT_REGION": lab.region,
            "NO_PROXY": "127.0.0.1",
        }

    @staticmethod
    def _reason(said: str) -> str:
        """Return the provisioner's own sentence, without what it puts before it."""
        last = said.strip().rpartition("\n")[2]
        return last.partition(": failed: ")[2] or last or say("The provisioner gave no reason.")

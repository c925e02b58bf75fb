"""The provisioner as the command line uses it: what it would change, and the change itself."""

import json
import os
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from lab.errors import LabError
from lab.language import say, say_kept
from lab.paths import REPOSITORY
from lab.running import RunningLab


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
        foreign: What has the names of the pipeline's resources, but not the lab's tags.
    """

    unchanged: int
    create: tuple[Change, ...] = ()
    update: tuple[Change, ...] = ()
    replace: tuple[Change, ...] = ()
    foreign: tuple[str, ...] = ()

    @property
    def changes(self) -> int:
        """How many resources would be changed."""
        return len(self.create) + len(self.update) + len(self.replace)


@dataclass(frozen=True)
class Rest:
    """What is there after destroying.

    Attributes:
        left: The lab's own resources.
        kept: Resources with such names that are not known as its own.
    """

    left: tuple[str, ...]
    kept: tuple[str, ...]


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
            [*self._command, "plan", "--json"],
            env=self.environment,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            check=False,
        )
        told = _last_object(done.stdout.splitlines())
        if done.returncode:
            reason = _reason(told, done.stderr)
            raise LabError(say("Nothing was changed. {reason}", reason=reason))
        kinds = {
            kind: tuple(Change(each["resource"], tuple(each["differences"])) for each in told[kind])
            for kind in ("create", "update", "replace")
        }
        return Plan(told["unchanged"], **kinds, foreign=tuple(told["foreign"]))

    def apply(self, tell: Callable[[str], None], *, replace: bool = False) -> None:
        """Provision.

        Args:
            tell: Given a line about each group of resources as soon as it is done.
            replace: Replace what was changed by hand on AWS, too; elsewhere that needs no word.

        Raises:
            LabError: It failed; what it had done before stays.
        """
        status, lines = self._run(["apply", *(["--replace"] if replace else [])], tell)
        if status:
            reason = _reason(_last_object(lines), "".join(lines))
            raise LabError(say("Nothing more was changed. {reason}", reason=reason))

    def destroy(self, tell: Callable[[str], None], *, is_dry_run: bool) -> Rest:
        """Remove what it has made: only what has the lab's tags.

        Args:
            tell: Given a line about each group of resources as soon as it is done.
            is_dry_run: Remove nothing; only tell what would be removed.

        Returns:
            What is left.

        Raises:
            LabError: The cloud does not answer.
        """
        _, lines = self._run(["destroy", *(["--dry-run"] if is_dry_run else [])], tell)
        told = _last_object(lines)
        if "left" not in told:
            reason = _reason(told, "".join(lines))
            raise LabError(say("It is not known what is left. {reason}", reason=reason))
        return Rest(tuple(told["left"]), tuple(told["kept"]))

    def _run(self, action: list[str], tell: Callable[[str], None]) -> tuple[int, list[str]]:
        """Let it do something; its exit status and all that it said."""
        lines: list[str] = []
        with subprocess.Popen(
            [*self._command, *action, "--json"],
            env=self.environment,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        ) as process:
            for line in process.stdout or ():
                lines.append(line)
                for told in _in_our_words(_last_object([line])):
                    tell(told)
        return process.returncode, lines

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
            **lab.record.access_to(lab.account),
        }


def _last_object(lines: Sequence[str]) -> dict[str, Any]:
    """Return what the last line says; nothing where it is not the provisioner's JSON."""
    try:
        found = json.loads(lines[-1])
    except (IndexError, ValueError):
        return {}
    return found if isinstance(found, dict) else {}


def _in_our_words(told: Mapping[str, Any]) -> Iterator[str]:
    """Say what the provisioner has done, in the language of this command."""
    if "removed" in told:
        if told["removed"]:
            yield f"{told['group']:<12} {told['seconds']:5.2f} s  {', '.join(told['removed'])}"
        if told["error"]:
            yield f"{told['group']:<12} {told['error']}"
    elif "group" in told:
        yield f"{told['group']:<12} {told['seconds']:5.2f} s  {_counted(told)}"
    elif "done" in told:
        done = told["done"]
        yield say(
            "done: {changed} of {total} resources changed, profile {profile}, {seconds:.1f} s",
            changed=done["changed"],
            total=done["resources"],
            profile=done["profile"],
            seconds=done["seconds"],
        )


def _counted(told: Mapping[str, Any]) -> str:
    said = []
    if told["created"]:
        said.append(say("{count} created", count=told["created"]))
    if updated := told["updated"]:
        names = ", ".join(updated)
        said.append(say("{count} updated ({names})", count=len(updated), names=names))
    if told["unchanged"]:
        said.append(say("{count} unchanged", count=told["unchanged"]))
    return ", ".join(said) or say("nothing to do")


def _reason(told: Mapping[str, Any], said: str) -> str:
    """Say why the provisioner failed: its own sentence, else the last line of what it said."""
    failed = told.get("failed")
    if failed:
        return say_kept(failed["sentence"], failed["facts"])
    return said.strip().rpartition("\n")[2] or say("The provisioner gave no reason.")

"""The life of a pipeline on one implementation, each call of the provisioner recorded."""

from __future__ import annotations

import contextlib
import hashlib
import io
import json
import os
import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import pytest

from lab.running import SECRET_KEY
from provision import command_line
from provision.pipeline import GROUPS
from tests.integration.everything import everything_in
from tests.recording import record_calls

if TYPE_CHECKING:
    from tests.implementations.implementations import Implementation
    from tests.integration.lab_under_test import LabUnderTest
    from tests.recording import Calls

_QUEUE_URL = re.compile(r"https?://[^/]+/(?:[^/]+/)*?\d{12}/([\w-]+)")
_UUID = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}")


@dataclass(frozen=True)
class Run:
    """One run of the provisioner.

    Attributes:
        status: The exit status.
        told: What it printed, an object for each line.
        calls: What it asked of the implementation.
    """

    status: int
    told: list[dict[str, Any]]
    calls: Calls

    @property
    def last(self) -> dict[str, Any]:
        """What it said at its end."""
        return self.told[-1]


@dataclass
class Life:
    """A pipeline on an implementation.

    Attributes:
        implementation: Which one.
        lab: Its AWS API, as the integration tests see it.
        runs: What the provisioner did, by the names that `run` was given.
        left: What there was after it was destroyed for the first time.
    """

    implementation: Implementation
    lab: LabUnderTest
    runs: dict[str, Run] = field(default_factory=dict)
    left: list[str] = field(default_factory=list)

    def live(self) -> None:
        """Provision twice, plan, destroy, and provision once more."""
        self.run("apply")
        self.run("apply again")
        self.run("plan", "plan")
        self.run("destroy", "destroy")
        self.left = everything_in(self.lab)
        self.run("apply after destroy")

    def run(self, name: str, *arguments: str) -> Run:
        """Run the provisioner in this process, and remember the run under a name."""
        with (
            pytest.MonkeyPatch.context() as patch,
            contextlib.redirect_stdout(io.StringIO()) as out,
        ):
            for variable in [each for each in os.environ if each.startswith(("AWS_", "LAB_"))]:
                patch.delenv(variable)
            patch.setenv("AWS_ENDPOINT_URL", self.lab.endpoint)
            patch.setenv("AWS_ACCESS_KEY_ID", "test")
            patch.setenv("AWS_SECRET_ACCESS_KEY", SECRET_KEY)
            patch.setenv("LAB_PROFILE", "quick")
            calls = record_calls(patch)
            status = command_line.run("provision", GROUPS, [*arguments, "--json"])
        told = [json.loads(line) for line in out.getvalue().splitlines()]
        self.runs[name] = Run(status, told, calls)
        return self.runs[name]

    def asked(self, name: str) -> set[tuple[str, str, str]]:
        """Return the calls of a run, without what is another on each implementation.

        Returns:
            Service, operation and parameters; each once, since how often one is asked while one
            waits depends on time.
        """
        return {
            (service, operation, _comparable(parameters))
            for service, operation, parameters in self.runs[name].calls
        }


def _comparable(parameters: dict[str, Any]) -> str:
    text = json.dumps(parameters, sort_keys=True, default=_digest)
    return _UUID.sub("UUID", _QUEUE_URL.sub(r"queue \1", text))


def _digest(value: object) -> object:
    """Return what stands for a body: of JSON its names, because an address is in its values."""
    body = value.getvalue() if isinstance(value, io.BytesIO) else value
    if not isinstance(body, bytes):
        return repr(body)
    try:
        return sorted(json.loads(body))
    except ValueError:
        return hashlib.sha256(body).hexdigest()

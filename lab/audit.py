"""The locked packages against the public list of known vulnerabilities (OSV), by pip-audit.

The locks are audited as they stand: every package is pinned and hashed, nothing is resolved and
nothing installed.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import requests

from lab.errors import LabError

if TYPE_CHECKING:
    from collections.abc import Sequence

OSV = "https://api.osv.dev/v1/query"
ANSWER_LIMIT_SECONDS = 15


class DataUnreachableError(Exception):
    """The list of vulnerabilities can't be had, so nothing can be said; the message is one line."""


@dataclass(frozen=True, slots=True)
class Vulnerability:
    """One known vulnerability of one locked package.

    Attributes:
        package: Its name.
        version: The one locked.
        ids: Every id it goes by, the first the one to look up.
        fixed_in: Versions without it, oldest first; none where there is no such version.
    """

    package: str
    version: str
    ids: tuple[str, ...]
    fixed_in: tuple[str, ...]


def data_address() -> str:
    """Return where the list is: OSV's, or what pip-audit's own variable names."""
    return os.environ.get("PIP_AUDIT_OSV_URL") or OSV


def known_vulnerabilities(locks: Sequence[Path], cache: Path) -> list[Vulnerability]:
    """Look up every package of these locks.

    Args:
        locks: Requirement files, pinned and hashed.
        cache: Where pip-audit may keep what it was answered.

    Raises:
        DataUnreachableError: The list does not answer.
        LabError: The audit failed for another reason.
    """
    _reach(data_address())
    with tempfile.TemporaryDirectory() as folder:
        answer = Path(folder) / "audit.json"
        command = [
            *(sys.executable, "-m", "pip_audit", "--disable-pip", "--strict"),
            *(option for lock in locks for option in ("--requirement", str(lock))),
            *("--vulnerability-service", "osv", "--osv-url", data_address()),
            *("--format", "json", "--desc", "off", "--output", str(answer)),
            *(
                "--progress-spinner",
                "off",
                "--timeout",
                str(ANSWER_LIMIT_SECONDS),
                "--cache-dir",
                str(cache),
            ),
        ]
        ran = subprocess.run(command, capture_output=True, text=True, check=False)
        # The status is 1 for a finding and for a failure alike; only an audit that ended answers.
        if not answer.exists():
            last = (ran.stderr.strip() or "it said nothing").splitlines()[-1]
            raise LabError(f"pip-audit did not finish: {last}")
        return _vulnerabilities(json.loads(answer.read_text("utf-8")))


def _reach(address: str) -> None:
    """Ask about a package, to know a list that is out of reach from an audit that fails."""
    question = {"package": {"name": "pip", "ecosystem": "PyPI"}, "version": "1.0"}
    try:
        answer = requests.post(address, json=question, timeout=ANSWER_LIMIT_SECONDS)
        answer.raise_for_status()
        answer.json()
    except requests.RequestException as error:
        status = f" {error.response.status_code}" if error.response is not None else ""
        raise DataUnreachableError(
            f"{address} can't be reached ({type(error).__name__}{status})"
        ) from error


def _vulnerabilities(answer: dict[str, Any]) -> list[Vulnerability]:
    return [
        Vulnerability(
            package["name"],
            package["version"],
            (found["id"], *sorted(set(found["aliases"]) - {found["id"]})),
            tuple(found["fix_versions"]),
        )
        for package in answer["dependencies"]
        for found in package["vulns"]
    ]


def read_allowed(path: Path) -> dict[str, str]:
    """Return why each id of the file is let stand.

    Raises:
        LabError: A line has no reason, or an id stands there twice.
    """
    allowed: dict[str, str] = {}
    for number, line in enumerate(path.read_text("utf-8").splitlines(), start=1):
        name, _, why = line.strip().partition(" ")
        if not name or name.startswith("#"):
            continue
        if not why or name in allowed:
            wrong = f"{name} stands there twice" if why else f"{name} has no reason beside it"
            raise LabError(f"{path.name}, line {number}: {wrong}.")
        allowed[name] = why.strip()
    return allowed

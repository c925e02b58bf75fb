"""What was done through the console in one account and region, to look at and to run again."""

import io
import shlex
import zipfile
from collections import deque
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Final

from console.calls import Call, as_boto3, as_command

_LONGEST: Final = 1000
"""Calls that are kept."""


@dataclass(frozen=True)
class Entry:
    """One call that was made.

    Args:
        call: As it was sent.
        error: AWS's code if it was refused, else None.
        at: When it was answered.
    """

    call: Call
    error: str | None = None
    at: datetime = field(default_factory=lambda: datetime.now(UTC))


@dataclass
class Journal:
    """The calls of this console in one account and region, the oldest first."""

    entries: deque[Entry] = field(default_factory=lambda: deque(maxlen=_LONGEST))
    count: int = 0
    """Calls ever kept: it grows also when old ones are dropped."""

    def add(self, call: Call, error: str | None = None) -> None:
        """Remember a call that was answered."""
        self.entries.append(Entry(call, error))
        self.count += 1

    def clear(self) -> None:
        """Forget all calls."""
        self.entries.clear()
        self.count += 1

    @property
    def done(self) -> list[Call]:
        """The calls that AWS carried out."""
        return [entry.call for entry in self.entries if entry.error is None]


def as_script(calls: list[Call], endpoint: str, account: str, region: str) -> str:
    """Return a shell script that makes the calls again, in any account.

    Args:
        calls: In their order.
        endpoint: Where the script goes unless `AWS_ENDPOINT_URL` says otherwise.
        account: Whose it is unless `AWS_ACCESS_KEY_ID` says otherwise.
        region: Where it builds unless `AWS_DEFAULT_REGION` says otherwise.
    """
    head = [
        "#!/usr/bin/env bash",
        "# What was done in the console, as commands. Run it in this folder.",
        "set -euo pipefail",
        f"export AWS_ACCESS_KEY_ID=${{AWS_ACCESS_KEY_ID:-{account}}}",
        "export AWS_SECRET_ACCESS_KEY=${AWS_SECRET_ACCESS_KEY:-test} AWS_PAGER=",
        f"export AWS_DEFAULT_REGION=${{AWS_DEFAULT_REGION:-{region}}}",
        f"endpoint=${{AWS_ENDPOINT_URL:-{shlex.quote(endpoint)}}}",
        'aws() { command aws --endpoint-url "$endpoint" "$@"; }',
    ]
    return "\n".join([*head, "", *map(as_command, calls), ""])


def as_program(calls: list[Call]) -> str:
    """Return a Python program that makes the calls again with boto3."""
    head = ['"""What was done in the console, with boto3."""', "", "import boto3", ""]
    return "\n".join([*head, *map(as_boto3, calls), ""])


def as_archive(calls: list[Call], endpoint: str, account: str, region: str) -> bytes:
    """Return a zip with the script, the program and the files that they send."""
    archive = io.BytesIO()
    with zipfile.ZipFile(archive, "w", zipfile.ZIP_DEFLATED) as zipped:
        zipped.writestr("replay.sh", as_script(calls, endpoint, account, region))
        zipped.writestr("replay.py", as_program(calls))
        for name, content in {f.name: f.content for call in calls for f in call.files}.items():
            zipped.writestr(name, content)
    return archive.getvalue()

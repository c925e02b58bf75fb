"""What provisioning last made of each resource: how to tell its own work from somebody else's.

A resource that differs from the sources was either left behind by an earlier version of them, or
changed by hand since. The record, an object in the raw bucket, holds a fingerprint of each resource
as it was last made; what still has that fingerprint may be replaced without asking. It lives and
ends with the cloud it is about, and every way of provisioning that cloud shares it.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, Final

from provision.changes import Outcome
from provision.target import Target, unless_missing

if TYPE_CHECKING:
    from collections.abc import Iterable

    from provision.changes import Settled

RECORD_KEY: Final = ".provisioned.json"


class Record:
    """The fingerprints of one cloud's resources, by name."""

    def __init__(self, target: Target) -> None:
        self._s3 = target.client("s3")
        self._bucket = target.settings.raw_bucket
        self._fingerprints = self._read()

    def is_own(self, settled: Settled) -> bool:
        """Whether a resource was as provisioning had made it."""
        return settled.before == self._fingerprints.get(settled.resource)

    def keep(self, settled: Iterable[Settled]) -> None:
        """Take in what was made now; written only where that is anything new."""
        made = {each.resource: each.after for each in settled}
        if made.items() <= self._fingerprints.items():
            return
        self._fingerprints |= made
        body = json.dumps(self._fingerprints, indent=1, sort_keys=True)
        unless_missing(
            lambda: self._s3.put_object(
                Bucket=self._bucket,
                Key=RECORD_KEY,
                Body=body.encode(),
                ContentType="application/json",
            ),
            "NoSuchBucket",  # provisioning failed before there was one
            "AccessDenied",  # or because its name is another account's
        )

    def _read(self) -> dict[str, str]:
        answer = unless_missing(
            lambda: self._s3.get_object(Bucket=self._bucket, Key=RECORD_KEY),
            "NoSuchBucket",
            "NoSuchKey",
            "AccessDenied",  # another account's bucket, which its own step refuses in plain words
        )
        try:
            read: Any = json.loads(answer["Body"].read()) if answer else {}
        except ValueError:
            return {}
        return read if isinstance(read, dict) else {}


def plan_of(settled: Iterable[Settled], record: Record) -> dict[str, Any]:
    """What provisioning would do, for a program to read.

    Returns:
        `unchanged`, a number, and lists of resources with their differences: `create`, `update`
        what an earlier version of the sources made, `replace` what was made or changed otherwise.
    """
    plan: dict[str, Any] = {"unchanged": 0, "create": [], "update": [], "replace": []}
    for each in settled:
        if each.outcome is Outcome.UNCHANGED:
            plan["unchanged"] += 1
            continue
        own = "update" if record.is_own(each) else "replace"
        kind = "create" if each.outcome is Outcome.CREATED else own
        plan[kind].append({"resource": each.resource, "differences": list(each.differences)})
    return plan

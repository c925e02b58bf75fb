"""A record of how provisioning last made each resource, to recognise changes by hand.

A resource that differs from the sources was made by an earlier version of them, or was changed by
hand since. The record, an object in the raw bucket, has a fingerprint of each resource as it was
last made; a resource that still has that fingerprint may be replaced without asking. The record is
part of the cloud that it describes, so every way of provisioning that cloud shares it.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, Final

from provision.changes import Outcome
from provision.target import Target, unless_missing

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from provision.changes import Settled

RECORD_KEY: Final = ".provisioned.json"


class Record:
    """The fingerprints of one cloud's resources, by name."""

    def __init__(self, target: Target) -> None:
        self._s3 = target.client("s3")
        self._bucket = target.settings.raw_bucket
        self._fingerprints = self._read()

    def is_own(self, settled: Settled) -> bool:
        """Tell whether a resource was unchanged since provisioning made it."""
        return settled.before == self._fingerprints.get(settled.resource)

    def keep(self, settled: Iterable[Settled]) -> None:
        """Add what was made; write the record only if it changes."""
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
            "NoSuchBucket",  # provisioning failed before it was created
            "AccessDenied",  # or its name belongs to another account
        )

    def _read(self) -> dict[str, str]:
        answer = unless_missing(
            lambda: self._s3.get_object(Bucket=self._bucket, Key=RECORD_KEY),
            "NoSuchBucket",
            "NoSuchKey",
            "AccessDenied",  # another account's bucket; the step for buckets explains that
        )
        try:
            read: Any = json.loads(answer["Body"].read()) if answer else {}
        except ValueError:
            return {}
        return read if isinstance(read, dict) else {}


def plan_of(
    settled: Iterable[Settled], record: Record, foreign: Sequence[str] = ()
) -> dict[str, Any]:
    """Return what provisioning would do, as data for a program.

    Args:
        settled: The resources.
        record: How they were last made.
        foreign: Those that exist without the lab's tags.

    Returns:
        `unchanged`, a number, and lists of resources with their differences: `create`, `update`
        (made by an earlier version of the sources) and `replace` (made or changed in another way);
        `foreign` as given.
    """
    plan: dict[str, Any] = {"unchanged": 0, "create": [], "update": [], "replace": []}
    plan["foreign"] = list(foreign)
    for each in settled:
        if each.outcome is Outcome.UNCHANGED:
            plan["unchanged"] += 1
            continue
        own = "update" if record.is_own(each) else "replace"
        kind = "create" if each.outcome is Outcome.CREATED else own
        plan[kind].append({"resource": each.resource, "differences": list(each.differences)})
    return plan

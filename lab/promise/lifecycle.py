"""What the lifecycle rules of the raw bucket have removed so far."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from functools import cached_property
from typing import TYPE_CHECKING, Any

import requests

from lab.pages import CLOCK_PATH, get_page

if TYPE_CHECKING:
    from lab.running import RunningLab


class Lifecycle:
    """The rules and their clock, read once and only when they are needed.

    Args:
        lab: The lab whose raw bucket it is.
    """

    def __init__(self, lab: RunningLab) -> None:
        self._lab = lab

    def has_expired(self, key: str, written: datetime) -> bool:
        """Return whether an object is gone by now, by the rules.

        The days are counted from the object's creation and rounded up to the next midnight in UTC
        (S3 user guide, "Lifecycle configuration elements").

        Args:
            key: Of the object.
            written: When it was written.
        """
        midnight = written.astimezone(UTC).replace(hour=0, minute=0, second=0, microsecond=0)
        return any(
            key.startswith(rule.get("Filter", {}).get("Prefix", ""))
            and midnight + timedelta(days=rule["Expiration"]["Days"] + 1) <= self._now
            for rule in self._rules
        )

    @cached_property
    def _rules(self) -> list[dict[str, Any]]:
        s3 = self._lab.client("s3")
        try:
            answer = s3.get_bucket_lifecycle_configuration(Bucket=self._lab.settings.raw_bucket)
        except s3.exceptions.ClientError as error:
            if error.response["Error"]["Code"] != "NoSuchLifecycleConfiguration":
                raise
            return []
        return [
            rule
            for rule in answer["Rules"]
            if rule["Status"] == "Enabled" and "Days" in rule.get("Expiration", {})
        ]

    @cached_property
    def _now(self) -> datetime:
        """By the lab's own clock, which can be pushed; without it by this machine's."""
        if not self._lab.record.has_pages:
            return datetime.now(UTC)
        try:
            page = get_page(self._lab.endpoint, CLOCK_PATH, {"account": self._lab.account})
        except requests.RequestException:
            return datetime.now(UTC)
        return datetime.fromisoformat(page["now"])

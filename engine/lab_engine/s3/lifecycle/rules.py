"""When a lifecycle rule expires an object or aborts an upload, without any S3 call.

Source: "Lifecycle configuration elements" in the S3 user guide: the days are counted from the
object's creation and rounded up to the next midnight in UTC; disabled rules do nothing; of several
rules the earliest counts. For uploads that nobody completes they are counted from the initiation,
and such a rule can select by prefix only.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

Rule = Mapping[str, Any]


@dataclass(frozen=True)
class StoredObject:
    """The properties of an object that rules use."""

    key: str
    size: int
    last_modified: datetime
    tags: Mapping[str, str] = field(default_factory=dict)


_CONDITIONS: dict[str, Callable[[StoredObject, Any], bool]] = {
    "Prefix": lambda stored, prefix: stored.key.startswith(prefix or ""),
    "Tag": lambda stored, tag: stored.tags.get(tag["Key"]) == tag["Value"],
    "Tags": lambda stored, tags: all(stored.tags.get(t["Key"]) == t["Value"] for t in tags),
    "ObjectSizeGreaterThan": lambda stored, size: stored.size > size,
    "ObjectSizeLessThan": lambda stored, size: stored.size < size,
}


def expires_at(rules: Sequence[Rule], stored: StoredObject) -> datetime | None:
    """Return the moment an object expires.

    Args:
        rules: In the form of PutBucketLifecycleConfiguration.
        stored: The object.

    Returns:
        The earliest moment any enabled rule gives, in UTC; None when none applies.
    """
    moments = [
        moment
        for rule in rules
        if rule["Status"] == "Enabled" and _applies(rule, stored)
        if (moment := _moment(rule.get("Expiration") or {}, stored))
    ]
    return min(moments, default=None)


def aborts_at(rules: Sequence[Rule], key: str, initiated: datetime) -> datetime | None:
    """Return the moment at which an unfinished multipart upload is aborted.

    Args:
        rules: In the form of PutBucketLifecycleConfiguration.
        key: The key of its object.
        initiated: When it began.

    Returns:
        The earliest moment any enabled rule gives, in UTC; None when none applies.
    """
    upload = StoredObject(key, 0, initiated)
    moments = [
        _midnight_after(initiated, abort["DaysAfterInitiation"])
        for rule in rules
        if rule["Status"] == "Enabled" and _applies(rule, upload)
        if (abort := rule.get("AbortIncompleteMultipartUpload"))
    ]
    return min(moments, default=None)


def _applies(rule: Rule, stored: StoredObject) -> bool:
    wanted = dict(rule.get("Filter") or {})
    wanted |= wanted.pop("And", None) or {}
    if rule.get("Prefix"):  # the older form, outside of a filter
        wanted["Prefix"] = rule["Prefix"]
    return all(_CONDITIONS[name](stored, value) for name, value in wanted.items())


def _moment(expiration: Mapping[str, Any], stored: StoredObject) -> datetime | None:
    if days := expiration.get("Days"):
        return _midnight_after(stored.last_modified, days)
    if date := expiration.get("Date"):
        moment: datetime = date
        return moment if moment.tzinfo else moment.replace(tzinfo=UTC)
    return None


def _midnight_after(moment: datetime, days: int) -> datetime:
    midnight = moment.astimezone(UTC).replace(hour=0, minute=0, second=0, microsecond=0)
    return midnight + timedelta(days=days + 1)

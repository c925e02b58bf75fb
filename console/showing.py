"""Values as people read them: moments in Bangkok, sizes, durations, JSON."""

import json
from datetime import UTC, datetime, timedelta, timezone
from typing import Any, Final

BANGKOK: Final = timezone(timedelta(hours=7), "Asia/Bangkok")
"""A fixed offset: Thailand has no summer time, and a small machine may have no time zone data."""

_KIB: Final = 1024
_SECOND_MS: Final = 1000
_MINUTE_SECONDS: Final = 60


def moment(value: datetime | float | None) -> str:
    """Return a moment as people in the workshop read their clocks.

    Args:
        value: Aware, or seconds since 1970; None gives a dash.
    """
    if value is None:
        return "-"
    if not isinstance(value, datetime):
        value = datetime.fromtimestamp(value, UTC)
    return value.astimezone(BANGKOK).strftime("%Y-%m-%d %H:%M:%S")


def clock(value: datetime) -> str:
    """Return the time of day of a moment."""
    return value.astimezone(BANGKOK).strftime("%H:%M:%S")


def size(size_bytes: float) -> str:
    """Return a size in the largest unit that fits."""
    for unit in ("B", "KB", "MB"):
        if size_bytes < _KIB:
            return f"{size_bytes:.0f} {unit}" if unit == "B" else f"{size_bytes:.1f} {unit}"
        size_bytes /= _KIB
    return f"{size_bytes:.1f} GB"


def duration(seconds: float) -> str:
    """Return how long something took."""
    if seconds < 1:
        return f"{seconds * _SECOND_MS:.0f} ms"
    if seconds < _MINUTE_SECONDS:
        return f"{seconds:.1f} s"
    minutes, rest = divmod(round(seconds), _MINUTE_SECONDS)
    return f"{minutes} min {rest} s"


def as_json(text: str) -> str:
    """Return JSON over several lines; other text as it is."""
    try:
        return pretty(json.loads(text))
    except ValueError:
        return text


def pretty(value: Any) -> str:
    """Return a value as JSON over several lines."""
    return json.dumps(value, ensure_ascii=False, indent=2, default=str)

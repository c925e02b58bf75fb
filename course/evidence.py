"""What a function has logged, by invocation, and what it says of a file."""

import json
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final
from urllib.parse import quote, quote_plus

from course.listing import listed
from provision.target import unless_missing

ROW_COUNTS: Final = ("total_rows", "rows", "row_count")
"""How a report may call the number of rows: the workshop uses all three."""

_MISSING: Final = "ResourceNotFoundException"
_START: Final = re.compile(r"START RequestId: (\S+)")
_REJECTED: Final = re.compile(r"reject|not a csv|skipping|invalid", re.IGNORECASE)


@dataclass
class Invocation:
    """One invocation of a function, by its log.

    Attributes:
        request_id: Lambda's id of it.
        lines: What it logged, in order.
        began: When it began, milliseconds since 1970.
    """

    request_id: str
    lines: list[str] = field(default_factory=list)
    began: int = 0

    def mentions(self, key: str) -> bool:
        """Whether it logged an object's key, as it is or as S3's events encode it."""
        forms = {key, quote_plus(key, safe="/"), quote(key, safe="/"), json.dumps(key)[1:-1]}
        return any(form in line for line in self.lines for form in forms)

    def tells_rows(self, rows: int) -> bool:
        """Whether it reported a file of so many rows."""
        return tells_rows(self.lines, rows)

    @property
    def has_ended(self) -> bool:
        """Whether all that it logged is there: Lambda's report comes last."""
        return any(line.startswith("REPORT") for line in self.lines)

    @property
    def tells_rejection(self) -> bool:
        """Whether it said that it did not take a file."""
        return tells_rejection(self.lines)


def log_group(function: str) -> str:
    """Where Lambda writes what a function logs."""
    return f"/aws/lambda/{function}"


def invocations(logs: Any, function: str, since: datetime | None = None) -> list[Invocation]:
    """Return what a function's log shows, an invocation each, oldest first; none if it never ran.

    Args:
        logs: A CloudWatch Logs client.
        function: Whose log.
        since: Only what was logged from then on.
    """
    given = {"startTime": int(since.timestamp() * 1000)} if since else {}

    def read() -> list[dict[str, Any]]:
        group = log_group(function)
        return list(listed(logs, "filter_log_events", "events", logGroupName=group, **given))

    found: dict[str, Invocation] = {}
    current: dict[str, Invocation] = {}  # by stream: a stream is one environment, one at a time
    for event in unless_missing(read, _MISSING) or []:
        stream, line = event["logStreamName"], event["message"].rstrip("\n")
        if start := _START.match(line):
            began = Invocation(start[1], began=event["timestamp"])
            current[stream] = found.setdefault(start[1], began)
        elif stream in current:
            current[stream].lines.append(line)
    return list(found.values())


def tells_rows(lines: Sequence[str], rows: int) -> bool:
    """Whether lines report a file of so many rows, in JSON and without rejecting it."""
    return any(
        each.get(name) == rows
        for line in lines
        for each in objects_in(line)
        for name in ROW_COUNTS
        if not _REJECTED.search(str(each.get("status", "")))
    )


def tells_rejection(lines: Sequence[str]) -> bool:
    """Whether lines say that a file was not taken."""
    return any(_REJECTED.search(line) for line in lines)


def objects_in(text: str) -> Iterator[dict[str, Any]]:
    """Every JSON object in a text, also inside others and inside strings of JSON.

    A log line may hold something before its JSON: Lambda's own handler writes the level, the time
    and the request id there.
    """
    start = text.find("{")
    while start >= 0:
        try:
            value, _ = json.JSONDecoder().raw_decode(text[start:])
        except json.JSONDecodeError:
            start = text.find("{", start + 1)
            continue
        yield from _objects(value)
        return


def _objects(value: Any) -> Iterator[dict[str, Any]]:
    if isinstance(value, dict):
        yield value
        for each in value.values():
            yield from _objects(each)
    elif isinstance(value, list):
        for each in value:
            yield from _objects(each)
    elif isinstance(value, str):
        yield from objects_in(value)

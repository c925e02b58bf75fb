"""New lines of several log groups, each once, as they come."""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass, field
from typing import Any, Final

KEPT_LINES: Final = 500
LATE_MS: Final = 15_000
"""A line may be stored this long after the moment that it tells."""

Event = dict[str, Any]


@dataclass
class Following:
    """Which lines were seen, and from when on to ask.

    Args:
        groups: Names of log groups.
        pattern: Of CloudWatch Logs; empty for all lines.
        since_ms: From when on lines are shown.
    """

    groups: tuple[str, ...]
    pattern: str
    since_ms: int
    kept: deque[Event] = field(default_factory=lambda: deque(maxlen=KEPT_LINES))
    _seen: dict[tuple[str, str], int] = field(default_factory=dict)

    def ask(self, logs: Any) -> int:
        """Read what is new.

        Args:
            logs: A client of CloudWatch Logs.

        Returns:
            How many lines were new.
        """
        new = [event for group in self.groups for event in self._new_of(logs, group)]
        self.kept.extend(sorted(new, key=lambda event: int(event["timestamp"])))
        if new:
            newest = max(int(event["timestamp"]) for event in new)
            self.since_ms = max(self.since_ms, newest - LATE_MS)
            self._seen = {key: at for key, at in self._seen.items() if at >= self.since_ms}
        return len(new)

    def _new_of(self, logs: Any, group: str) -> list[Event]:
        filtered = {"filterPattern": self.pattern} if self.pattern else {}
        pages = logs.get_paginator("filter_log_events").paginate(
            logGroupName=group, startTime=self.since_ms, **filtered
        )
        found = {
            (group, event["eventId"]): {**event, "group": group.removeprefix("/aws/lambda/")}
            for answer in pages
            for event in answer["events"]
        }
        new = [event for key, event in found.items() if key not in self._seen]
        self._seen |= {key: int(event["timestamp"]) for key, event in found.items()}
        return new

"""One check under way: what its probe and its causes work with."""

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any, Final

from course.sandbox import Sandbox

POLL_SECONDS: Final = 0.15
GLANCE_SECONDS: Final = 1.5
"""How often a wait looks for a known mistake, which makes waiting on in vain."""

_CLOCK_SLACK: Final = timedelta(seconds=2)

Facts = Mapping[str, object]
"""What a cause found, for the words of its mistake."""


@dataclass
class Case:
    """One check under way.

    Attributes:
        sandbox: Where to look.
        names: What `{raw_bucket}` and the like are called in this account.
        mistake_shows: Whether one of the check's mistakes is recognised by now.
        seen: What the probe saw and its causes may want to look at.
        began: When the case began, with some slack for another machine's clock.
    """

    sandbox: Sandbox
    names: Mapping[str, object]
    mistake_shows: Callable[[], bool] = lambda: False
    seen: dict[str, Any] = field(default_factory=dict)
    began: datetime = field(default_factory=lambda: datetime.now(UTC) - _CLOCK_SLACK)

    @property
    def raw_bucket(self) -> str:
        """The student's bucket for files as they come."""
        return str(self.names["raw_bucket"])

    @property
    def processed_bucket(self) -> str:
        """The student's bucket for results."""
        return str(self.names["processed_bucket"])

    def client(self, service: str, *, region: str | None = None) -> Any:
        """Return a boto3 client in the student's account."""
        return self.sandbox.client(service, region=region)

    def wait_until[T](self, look: Callable[[], T | None], *, within_seconds: float) -> T | None:
        """Wait for something to show, and no longer than it takes.

        Args:
            look: Returns what is waited for; None or another empty value while it is not there.
            within_seconds: When to give up, seconds.

        Returns:
            What `look` found; None at the deadline, or as soon as a known mistake shows.
        """
        deadline = time.monotonic() + within_seconds
        glance = time.monotonic() + GLANCE_SECONDS
        while True:
            found = look()
            if found:
                return found
            now = time.monotonic()
            if now > deadline:
                return None
            if now > glance:
                if self.mistake_shows():
                    return look() or None
                glance = time.monotonic() + GLANCE_SECONDS
            time.sleep(POLL_SECONDS)

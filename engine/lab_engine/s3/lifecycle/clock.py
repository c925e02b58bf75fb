"""The lifecycle's clocks: real time, and how far each account has moved its clock forward."""

import re
from datetime import UTC, datetime, timedelta

_STEP = re.compile(r"\+?(\d{1,5})([dhm])")
_UNITS = {"d": "days", "h": "hours", "m": "minutes"}


class StepError(ValueError):
    """A step that is not a number of days, hours or minutes."""


class Clock:
    """Tells each account a time that only goes forward."""

    def __init__(self) -> None:
        self._pushed: dict[str, timedelta] = {}

    def pushed(self, account: str) -> timedelta:
        """Return how far an account's clock is ahead."""
        return self._pushed.get(account, timedelta())

    def now(self, account: str) -> datetime:
        """Return the time an account's lifecycle rules go by, in UTC."""
        return datetime.now(UTC) + self.pushed(account)

    def push(self, account: str, step: timedelta) -> None:
        """Move an account's clock forward."""
        self._pushed[account] = self.pushed(account) + step

    def steps(self) -> dict[str, timedelta]:
        """Return how far each clock is ahead, by account."""
        return dict(self._pushed)

    def set_steps(self, steps: dict[str, timedelta]) -> None:
        """Set all clocks; the only way to set one back."""
        self._pushed = dict(steps)


def parse_step(text: str) -> timedelta:
    """Return the duration of a step such as `+31d`, `12h` or `30m`.

    Raises:
        StepError: The text is not a step.
    """
    match = _STEP.fullmatch(text.strip())
    if match is None:
        message = f"a step is a number of days, hours or minutes, such as +31d, not {text!r}"
        raise StepError(message)
    return timedelta(**{_UNITS[match[2]]: int(match[1])})


CLOCK = Clock()
"""The one clock of this LocalStack."""

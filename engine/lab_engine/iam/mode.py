"""Read `LAB_IAM`, which says what happens to a request that no policy allows."""

import os
from enum import StrEnum


class Mode(StrEnum):
    """ENFORCE refuses a request, LOG allows it and logs it, OFF does not check."""

    ENFORCE = "enforce"
    LOG = "log"
    OFF = "off"


class IamModeError(ValueError):
    """`LAB_IAM` is not enforce, log or off."""


def chosen_mode() -> Mode:
    """Return the mode in `LAB_IAM`; enforce if it is not set.

    Raises:
        IamModeError: The value is not a mode.
    """
    word = os.environ.get("LAB_IAM") or Mode.ENFORCE
    try:
        return Mode(word)
    except ValueError as error:
        known = ", ".join(Mode)
        raise IamModeError(f"LAB_IAM must be one of {known}, not {word!r}") from error

"""Reads `LAB_IAM`, which says what happens to a request that no policy allows."""

from __future__ import annotations

import os
from enum import StrEnum


class Mode(StrEnum):
    """ENFORCE refuses, LOG lets it through and says so, OFF looks at nothing."""

    ENFORCE = "enforce"
    LOG = "log"
    OFF = "off"


class IamModeError(ValueError):
    """`LAB_IAM` holds something else than enforce, log or off."""


def chosen_mode() -> Mode:
    """Reads the environment variable; enforce when it is not set.

    Raises:
        IamModeError: it holds an unknown word.
    """
    word = os.environ.get("LAB_IAM") or Mode.ENFORCE
    try:
        return Mode(word)
    except ValueError as error:
        known = ", ".join(Mode)
        raise IamModeError(f"LAB_IAM must be one of {known}, not {word!r}") from error

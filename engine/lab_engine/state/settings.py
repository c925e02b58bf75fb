"""What the environment says about saving."""

import os
from enum import StrEnum
from pathlib import Path

FOLDER = "LAB_STATE_DIR"
"""Names the folder of the automatic state; without it nothing is saved automatically."""

PERSIST = "LAB_PERSIST"
"""`off` saves nothing by itself and brings nothing back; `on` is the default."""

LOADED = "LAB_STATE_LOADED"
"""Set by the plugin for the scripts that LocalStack runs when it is ready: a state was loaded, and
this is a JSON object of what the scripts went by when it was made."""


class Persist(StrEnum):
    """ON saves by itself and brings back; OFF does neither."""

    ON = "on"
    OFF = "off"


class PersistError(ValueError):
    """`LAB_PERSIST` is not on or off."""


def automatic_folder() -> Path | None:
    """Return where the automatic state is; None if this lab does not keep one.

    Raises:
        PersistError: `LAB_PERSIST` has another value.
    """
    word = os.environ.get(PERSIST) or Persist.ON
    if word not in tuple(Persist):
        raise PersistError(f"{PERSIST} must be on or off, not {word!r}")
    folder = os.environ.get(FOLDER)
    return Path(folder) if folder and word == Persist.ON else None


def check() -> None:
    """Stop LocalStack's start if a setting cannot be used."""
    automatic_folder()


_PROVISIONED_BY = ("LAB_PROFILE", "LAB_STUDENT", "LAB_SUFFIX", "LAB_EMAIL")
"""What the scripts of the ready stage go by. Nothing else of the environment is in a state: it is
handed out."""


def provisioned_by() -> dict[str, str]:
    """Return the variables that the scripts of the ready stage go by."""
    return {name: os.environ[name] for name in _PROVISIONED_BY if name in os.environ}

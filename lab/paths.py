"""Where things are: the repository, and the folder that everything a lab writes goes into."""

import os
from pathlib import Path

REPOSITORY = Path(__file__).resolve().parent.parent
STATE = REPOSITORY / ".lab"


def lab_home(port: int) -> Path:
    """Return the folder of the lab on this port: its record, its log, its files."""
    return STATE / str(port)


def my_folder() -> Path:
    """Return the folder of the student's own code: `my/`, or what LAB_MY names."""
    return Path(os.environ.get("LAB_MY") or REPOSITORY / "my").absolute()


def states_folder() -> Path:
    """Return the folder of the named states, which belong to no lab."""
    return STATE / "states"


def lock_file(port: int) -> Path:
    """Return the file that lets commands which start or stop the lab on this port take turns."""
    return STATE / f"{port}.lock"


def target_file(name: str) -> Path:
    """Return the file that keeps which account, region and names a target has."""
    return STATE / "targets" / f"{name}.json"


def last_port_file() -> Path:
    """Return the file that names the port of the lab started last."""
    return STATE / "current"

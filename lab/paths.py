"""Where things stand: the repository, and the folder everything a lab writes goes into."""

from pathlib import Path

REPOSITORY = Path(__file__).resolve().parent.parent
STATE = REPOSITORY / ".lab"


def lab_home(port: int) -> Path:
    """The folder of the lab on this port: its record, its log, its files."""
    return STATE / str(port)


def lock_file(port: int) -> Path:
    """What commands that start or stop the lab on this port take turns by."""
    return STATE / f"{port}.lock"

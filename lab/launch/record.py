"""What is remembered of each lab that was started: hints only, since a lab is asked what it is."""

import json
import os
import shutil
from dataclasses import asdict
from pathlib import Path

from lab.chosen import last_port
from lab.errors import UsageError
from lab.paths import lab_home, last_port_file
from lab.running import LabRecord


def recorded(port: int) -> LabRecord | None:
    """Return the lab last started on this port; None where no usable record of one is kept."""
    try:
        record = LabRecord(**json.loads(_file(port).read_text(encoding="utf-8")))
        usable = record.port == port and record.engine in ("local", "compose") and record.settings
    except (FileNotFoundError, ValueError, TypeError, AttributeError, UsageError):
        return None
    return record if usable else None


def keep(record: LabRecord) -> None:
    """Keep how this lab is started."""
    lab_home(record.port).mkdir(parents=True, exist_ok=True)
    _write(_file(record.port), json.dumps(asdict(record), ensure_ascii=False))


def remember(record: LabRecord) -> None:
    """Make this the lab that later commands are about."""
    keep(record)
    _write(last_port_file(), str(record.port))


def forget(record: LabRecord, *, wipe: bool, is_kept: bool = False) -> None:
    """Let later commands be about another lab again.

    Args:
        record: The lab that was stopped.
        wipe: Also delete everything it wrote.
        is_kept: Its cloud was saved: the next `up` on its port starts it as it was.
    """
    if not is_kept:
        _file(record.port).unlink(missing_ok=True)
    if last_port() == record.port:
        last_port_file().unlink(missing_ok=True)
    if wipe and lab_home(record.port).exists():
        shutil.rmtree(lab_home(record.port))


def _file(port: int) -> Path:
    return lab_home(port) / "lab.json"


def _write(path: Path, text: str) -> None:
    """Write whole or not at all: another command may be reading."""
    draft = path.with_name(f"{path.name}.{os.getpid()}")
    draft.write_text(text, encoding="utf-8")
    draft.replace(path)

"""Where output goes: results to stdout, progress and errors to stderr."""

import json
import sys
from datetime import datetime, timedelta, timezone
from typing import Any

from rich.console import Console

# A fixed offset: Thailand has no summer time, and a small machine may have no time zone database.
BANGKOK = timezone(timedelta(hours=7), "Asia/Bangkok")

out = Console(highlight=False)
err = Console(stderr=True, highlight=False)


def print_json(value: Any) -> None:
    """Write a value as JSON to stdout, with nothing else beside it."""
    json.dump(value, sys.stdout, ensure_ascii=False, indent=2)
    sys.stdout.write("\n")


def bangkok(moment: datetime, pattern: str = "%Y-%m-%d %H:%M:%S") -> str:
    """A moment as people in the workshop read their clocks."""
    return moment.astimezone(BANGKOK).strftime(pattern)

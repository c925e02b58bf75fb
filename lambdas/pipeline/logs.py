"""Structured logs: one bare JSON object a line on standard output.

Callers pass codes, counts and keys, never cells or unknown column names.
"""

import json
import sys
from typing import Any


def log(event: str, job_id: str | None, **fields: Any) -> None:
    """Write one log line; a metric filter or Logs Insights can read its fields.

    Args:
        event: the event's name, as listed in docs/contracts.md.
        job_id: the job it belongs to, or None where no job exists yet.
        fields: further JSON values.
    """
    sys.stdout.write(json.dumps({"event": event, "job_id": job_id, **fields}) + "\n")
    sys.stdout.flush()

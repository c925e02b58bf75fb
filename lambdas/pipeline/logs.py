"""Structured logs: one JSON object per line on standard output.

Callers pass codes, counts and keys, never cells or unknown column names.
"""

import json
import sys
from typing import Any


def log(event: str, job_id: str | None, **fields: Any) -> None:
    """Write one log line, whose fields metric filters and Logs Insights can read.

    Args:
        event: The event's name, as listed in docs/contracts.md.
        job_id: The job, or None if there is no job yet.
        fields: Further JSON values.
    """
    sys.stdout.write(json.dumps({"event": event, "job_id": job_id, **fields}) + "\n")
    sys.stdout.flush()

"""Let csv-validator look at the header before it counts rows."""

from pathlib import Path
from typing import Final

from course.sandbox import Sandbox
from course.solving import ensure_code
from provision.archive import folder_zip
from provision.changes import Changes

CODE: Final = Path(__file__).parent / "solution" / "csv_validator"


def solve(sandbox: Sandbox, changes: Changes) -> None:
    """Afterwards a file without order_id is rejected by that name."""
    ensure_code(sandbox, changes, "csv-validator", folder_zip(CODE))

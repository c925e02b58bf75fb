"""Show five functions of seven, as the workshop does."""

from course.sandbox import Sandbox
from course.week4.step5_dashboard.solve import body, put
from provision.changes import Changes


def make(sandbox: Sandbox) -> None:
    """Leave two functions out."""
    changed = body(sandbox)
    for widget in changed["widgets"][:2]:
        lines = widget["properties"]["metrics"]
        widget["properties"]["metrics"] = [
            each for each in lines if each[3] not in {"validate-schema", "move-to-failed"}
        ]
    put(sandbox, Changes(), changed)

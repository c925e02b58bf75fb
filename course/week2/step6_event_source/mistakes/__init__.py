"""What can go wrong with the event source of step 6: one module a mistake."""

from typing import Any

from course.sandbox import Sandbox
from course.week2.step6_event_source.solve import FUNCTION


def change_source(sandbox: Sandbox, **changed: Any) -> None:
    """Change the function's event source."""
    client = sandbox.client("lambda")
    found = client.list_event_source_mappings(FunctionName=FUNCTION)["EventSourceMappings"]
    client.update_event_source_mapping(UUID=found[0]["UUID"], **changed)

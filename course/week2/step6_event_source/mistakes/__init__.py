"""What can go wrong with the event source of step 6: one module a mistake."""

from typing import Any

from course.probes.event_sources import DELETING
from course.sandbox import Sandbox
from course.week2.step6_event_source.solve import FUNCTION


def change_source(sandbox: Sandbox, **changed: Any) -> None:
    """Change the function's event source."""
    client = sandbox.client("lambda")
    listed = client.list_event_source_mappings(FunctionName=FUNCTION)["EventSourceMappings"]
    found = [each for each in listed if each["State"] != DELETING]
    client.update_event_source_mapping(UUID=found[0]["UUID"], **changed)

"""Invoke both, one after the other."""

from course.sandbox import Sandbox
from course.state_machines import read_definition
from course.week3.exercise1_parallel.solve import DEFINITION
from course.week3.step3_state_machine.mistakes import put


def make(sandbox: Sandbox) -> None:
    """Take the branches out of the Parallel."""
    definition = read_definition(sandbox, DEFINITION)
    states = definition["States"]
    both = states.pop("CheckSchemaAndSize")
    schema, size = (each["States"] for each in both["Branches"])
    states.update(schema | size)
    for name, following in (
        ("ValidateSchema", "CheckFileSize"),
        ("CheckFileSize", "CheckValidation"),
    ):
        del states[name]["End"]
        states[name] |= {
            "Next": following,
            "ResultPath": "$.checks",
            "Catch": both["Catch"],
        }
    states["ParseCSV"]["Next"] = "ValidateSchema"
    put(sandbox, definition)

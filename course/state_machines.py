"""State machines: their definitions, read as a student may have written them, and put in place."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from course.sandbox import Sandbox
from provision.changes import Changes
from provision.propagation import once_granted
from provision.target import unless_missing

NO_MACHINE: Final = "StateMachineDoesNotExist"
_INVOKE: Final = "arn:aws:states:::lambda:invoke"

Definition = dict[str, Any]


@dataclass(frozen=True)
class State:
    """One state of a definition, at whatever depth.

    Attributes:
        name: Its name.
        fields: What the definition says of it.
        caught: Whether a state around it catches its errors.
    """

    name: str
    fields: dict[str, Any]
    caught: bool

    @property
    def function(self) -> str | None:
        """The Lambda function that it invokes, None when it does something else."""
        resource = str(self.fields.get("Resource", ""))
        if resource.startswith(_INVOKE):
            given = self.fields.get("Parameters") or self.fields.get("Arguments") or {}
            resource = str(given.get("FunctionName", ""))
        parts = resource.split(":")
        named = parts[6] if len(parts) > 6 and parts[2] == "lambda" else None  # noqa: PLR2004
        return named or (resource if resource and ":" not in resource else None)

    @property
    def is_wrapped(self) -> bool:
        """Whether its answer comes in `Payload`, with nothing that takes it out."""
        unwraps = {"OutputPath", "ResultSelector", "ResultPath", "Output"} & set(self.fields)
        return str(self.fields.get("Resource", "")).startswith(_INVOKE) and not unwraps


def states(definition: Definition, *, caught: bool = False) -> Iterator[State]:
    """Every state of a definition, also those inside Parallel and Map."""
    for name, fields in definition.get("States", {}).items():
        yield State(name, fields, caught)
        inside = [*fields.get("Branches", ())]
        inside += [fields[key] for key in ("ItemProcessor", "Iterator") if key in fields]
        for each in inside:
            yield from states(each, caught=caught or bool(fields.get("Catch")))


def read_definition(sandbox: Sandbox, file: Path) -> Definition:
    """Read a definition of the course's, with region, account and times filled in."""
    text = file.read_text(encoding="utf-8")
    filled = {
        "REGION": sandbox.region,
        "ACCOUNT": sandbox.account,
        "WAIT_SECONDS": str(sandbox.times.large_file_wait_seconds),
    }
    for placeholder, value in filled.items():
        text = text.replace(placeholder, value)
    definition: Definition = json.loads(text)
    return definition


def ensure_state_machine(
    sandbox: Sandbox, changes: Changes, name: str, definition: Definition, role: str
) -> str:
    """Afterwards a STANDARD state machine of this name has this definition and role; its ARN."""
    client = sandbox.client("stepfunctions")
    arn = sandbox.arn("states", f"stateMachine:{name}")
    found = unless_missing(lambda: client.describe_state_machine(stateMachineArn=arn), NO_MACHINE)
    role_arn = sandbox.role_arn(role)
    wanted = {"definition": definition, "roleArn": role_arn, "type": "STANDARD"}
    actual = found and {
        "definition": json.loads(found["definition"]),
        "roleArn": found["roleArn"],
        "type": found["type"],
    }

    def apply() -> None:
        text = json.dumps(definition)
        if found and found["type"] == "STANDARD":
            once_granted(
                lambda: client.update_state_machine(
                    stateMachineArn=arn, definition=text, roleArn=role_arn
                )
            )
            return
        if found:  # the type of a state machine can't be changed
            client.delete_state_machine(stateMachineArn=arn)
        once_granted(
            lambda: client.create_state_machine(
                name=name, definition=text, roleArn=role_arn, type="STANDARD"
            )
        )

    changes.settle(name, wanted=wanted, actual=actual, apply=apply)
    return arn

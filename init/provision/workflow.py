"""Step Functions: the state machine, its definition filled in and validated beforehand."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any, Final

from provision.errors import ProvisionError
from provision.propagation import once_granted
from provision.settings import (
    MOVE_TO_FAILED,
    PARSE_CSV,
    SEND_NOTIFICATION,
    TRANSFORM_DATA,
    VALIDATE_SCHEMA,
)
from provision.sources import STATE_MACHINES
from provision.target import Target, unless_missing

if TYPE_CHECKING:
    from collections.abc import Mapping

    from provision.arns import Arns
    from provision.changes import Changes

# Execution logs are off, see docs/decisions/no-execution-logs.md.
_NO_LOGS: Final = {"level": "OFF", "includeExecutionData": False}
_PLACEHOLDER: Final = re.compile(r"\$\{([^}]*)\}")


class DefinitionError(ProvisionError):
    """A state machine's definition can't be used; the message says why."""


def ensure_state_machine(target: Target, changes: Changes) -> None:
    """Afterwards the state machine exists as a STANDARD one, with today's definition."""
    name = target.settings.state_machine_name
    template = (STATE_MACHINES / f"{name}.asl.json").read_text(encoding="utf-8")
    definition = fill_in(template, task_arns(target.arns))
    ensure_definition(target, changes, name, definition, target.settings.state_machine_role_name)


def ensure_definition(
    target: Target, changes: Changes, name: str, definition: str, role_name: str
) -> None:
    """Afterwards a STANDARD state machine of this name has this definition and this role.

    Raises:
        DefinitionError: Step Functions refuses the definition.
    """
    client = target.client("stepfunctions")
    arn, role = target.arns.state_machine_named(name), target.arns.role(role_name)
    found = unless_missing(
        lambda: client.describe_state_machine(stateMachineArn=arn), "StateMachineDoesNotExist"
    )

    def apply() -> None:
        _check(client, definition)
        whole: dict[str, Any] = {
            "definition": definition,
            "roleArn": role,
            "loggingConfiguration": _NO_LOGS,
        }
        if found is None:
            once_granted(lambda: client.create_state_machine(name=name, type="STANDARD", **whole))
        else:
            once_granted(lambda: client.update_state_machine(stateMachineArn=arn, **whole))

    changes.settle(
        name,
        wanted=(json.loads(definition), role, "OFF"),
        actual=found
        and (
            json.loads(found["definition"]),
            found["roleArn"],
            found.get("loggingConfiguration", {}).get("level", "OFF"),
        ),
        apply=apply,
    )


def task_arns(arns: Arns) -> dict[str, str]:
    """What the placeholders of the definition stand for."""
    return {
        "ParseCsvArn": arns.function(PARSE_CSV),
        "ValidateSchemaArn": arns.function(VALIDATE_SCHEMA),
        "TransformDataArn": arns.function(TRANSFORM_DATA),
        "MoveToFailedArn": arns.function(MOVE_TO_FAILED),
        "SendNotificationArn": arns.function(SEND_NOTIFICATION),
    }


def fill_in(template: str, values: Mapping[str, str]) -> str:
    """Put values in the place of a definition's `${Name}` placeholders.

    Args:
        template: The definition in the Amazon States Language, with placeholders.
        values: What each placeholder stands for.

    Raises:
        DefinitionError: A placeholder is unknown or not closed, or the result is no JSON.
    """
    unknown = sorted(set(_PLACEHOLDER.findall(template)) - set(values))
    if unknown:
        raise DefinitionError(
            f"unknown placeholder {', '.join(unknown)}; known are {', '.join(sorted(values))}"
        )
    definition = _PLACEHOLDER.sub(lambda match: values[match[1]], template)
    if "${" in definition:
        raise DefinitionError("a placeholder is not closed")
    try:
        json.loads(definition)
    except ValueError as error:
        raise DefinitionError(f"the definition is no JSON: {error}") from error
    return definition


def _check(client: Any, definition: str) -> None:
    answer = client.validate_state_machine_definition(definition=definition, type="STANDARD")
    if answer["result"] != "OK":
        said = "; ".join(
            f"{each.get('location', '')} {each['message']}".strip()
            for each in answer["diagnostics"]
        )
        raise DefinitionError(f"Step Functions refuses the definition: {said}")

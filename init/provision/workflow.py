"""Step Functions: the state machine, whose definition is filled in and validated first."""

from __future__ import annotations

import json
import re
from functools import cached_property, partial
from typing import TYPE_CHECKING, Any, Final

from botocore.exceptions import ClientError

from provision import tags
from provision.errors import ProvisionError
from provision.propagation import once_deleted, once_granted
from provision.settings import (
    MOVE_TO_FAILED,
    PARSE_CSV,
    SEND_NOTIFICATION,
    TRANSFORM_DATA,
    VALIDATE_SCHEMA,
)
from provision.sources import STATE_MACHINES, shown
from provision.target import Target, unless_missing

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from provision.arns import Arns
    from provision.changes import Changes
    from provision.removals import Removals

_NO_LOGS: Final = {"level": "OFF", "includeExecutionData": False}
"""Execution logs are off, see docs/decisions/no-execution-logs.md."""
_SERVER_ERROR: Final = 500
_PLACEHOLDER: Final = re.compile(r"\$\{([^}\"\n]*)\}")
_STATE_IN_POINTER: Final = re.compile(r"/States/([^/]+)")


class DefinitionError(ProvisionError):
    """A state machine's definition is not valid; the message says why."""


def ensure_state_machine(target: Target, changes: Changes) -> None:
    """Make the state machine exist, of type STANDARD, with the present definition."""
    name = target.settings.state_machine_name
    template = template_of(name)
    role = target.settings.state_machine_role_name
    ensure_definition(target, changes, name, template, task_arns(target.arns), role)


def ensure_definition(  # noqa: PLR0913, PLR0917 - the parts of a state machine
    target: Target,
    changes: Changes,
    name: str,
    template: DefinitionTemplate,
    values: Mapping[str, str],
    role_name: str,
) -> None:
    """Make a STANDARD state machine exist with this definition and this role.

    Args:
        target: Where.
        changes: Records what was done.
        name: Its name.
        template: Its definition, with placeholders.
        values: The values of the placeholders.
        role_name: The role of its executions, which must exist.

    Raises:
        DefinitionError: It is not valid, or Step Functions refuses it.
    """
    definition = template.fill_in(values)
    client = target.client("stepfunctions")
    arn, role = target.arns.state_machine_named(name), target.arns.role(role_name)
    found = _described(client, arn)
    wanted = {"definition": json.loads(definition), "roleArn": role, "logging": "OFF"}
    actual = found and {
        "definition": json.loads(found["definition"]),
        "roleArn": found["roleArn"],
        "logging": found.get("loggingConfiguration", {}).get("level", "OFF"),
    }
    if actual != wanted:
        _check(client, definition, template)

    def apply() -> None:
        whole: dict[str, Any] = {
            "definition": definition,
            "roleArn": role,
            "loggingConfiguration": _NO_LOGS,
        }
        if found is None:
            new = {"type": "STANDARD", "tags": tags.tag_list_of_workflows(target.settings)}
            once_granted(
                lambda: once_deleted(lambda: client.create_state_machine(name=name, **new, **whole))
            )
        else:
            once_granted(lambda: client.update_state_machine(stateMachineArn=arn, **whole))

    changes.settle(name, wanted=wanted, actual=actual, apply=apply)
    if found is not None:
        tags.ensure_tags(target, changes, name, arn)


def remove_state_machine(target: Target, removals: Removals) -> None:
    """Remove the state machine, after stopping its executions: it would wait for their end."""
    client, arn = target.client("stepfunctions"), target.arns.state_machine

    def delete() -> None:
        running = client.get_paginator("list_executions").paginate(
            stateMachineArn=arn, statusFilter="RUNNING"
        )
        for execution in [each for page in running for each in page["executions"]]:
            unless_missing(
                partial(client.stop_execution, executionArn=execution["executionArn"]),
                "ExecutionDoesNotExist",
            )
        client.delete_state_machine(stateMachineArn=arn)

    if _described(client, arn):
        removals.remove(target, target.settings.state_machine_name, arn, delete)


def _described(client: Any, arn: str) -> dict[str, Any] | None:
    return unless_missing(
        lambda: client.describe_state_machine(stateMachineArn=arn), "StateMachineDoesNotExist"
    )


def template_of(name: str) -> DefinitionTemplate:
    """Return the definition of one of the state machines in `asl/`."""
    return DefinitionTemplate(STATE_MACHINES / f"{name}.asl.json")


def task_arns(arns: Arns) -> dict[str, str]:
    """Return the values of the definition's placeholders."""
    return {
        "ParseCsvArn": arns.function(PARSE_CSV),
        "ValidateSchemaArn": arns.function(VALIDATE_SCHEMA),
        "TransformDataArn": arns.function(TRANSFORM_DATA),
        "MoveToFailedArn": arns.function(MOVE_TO_FAILED),
        "SendNotificationArn": arns.function(SEND_NOTIFICATION),
    }


class DefinitionTemplate:
    """A definition in the Amazon States Language, with `${Name}` placeholders.

    Args:
        path: Its file.
    """

    def __init__(self, path: Path) -> None:
        self._path = path

    @cached_property
    def _text(self) -> str:
        return self._path.read_text(encoding="utf-8")

    def fill_in(self, values: Mapping[str, str]) -> str:
        """Return the definition with values in place of the placeholders.

        Args:
            values: The value of each placeholder.

        Raises:
            DefinitionError: A placeholder is unknown or not closed, or the result is not JSON; the
                message begins with file and line.
        """
        for placeholder in _PLACEHOLDER.finditer(self._text):
            if placeholder[1] not in values:
                raise DefinitionError(
                    "{place}: unknown placeholder {placeholder}; known are {known}",
                    place=self._place(placeholder.start()),
                    placeholder=placeholder[1],
                    known=", ".join(sorted(values)),
                )
        definition = _PLACEHOLDER.sub(lambda match: values[match[1]], self._text)
        if "${" in _PLACEHOLDER.sub("", self._text):
            raise DefinitionError(
                "{place}: a placeholder is not closed", place=self._place(self._text.rindex("${"))
            )
        try:
            json.loads(definition)
        except json.JSONDecodeError as error:
            place = f"{shown(self._path)}:{error.lineno}"
            raise DefinitionError("{place}: {problem}", place=place, problem=error.msg) from error
        return definition

    def refused(self, diagnostic: Mapping[str, str]) -> DefinitionError:
        """Return the error for a diagnostic of Step Functions.

        Args:
            diagnostic: One of ValidateStateMachineDefinition's answer. Its location is a JSON
                pointer such as `/States/ParseCSV/Next`.
        """
        location, message = diagnostic.get("location", ""), diagnostic["message"]
        states = _STATE_IN_POINTER.findall(location)
        found = re.search(rf'"{re.escape(states[-1])}"\s*:', self._text) if states else None
        text = f"{location}: {message}" if location else message
        place = self._place(found.start() if found else 0)
        return DefinitionError("{place}: {problem}", place=place, problem=text)

    def _place(self, position: int) -> str:
        """Return file and line of a character position."""
        line = self._text.count("\n", 0, position) + 1
        return f"{shown(self._path)}:{line}"


def _check(client: Any, definition: str, template: DefinitionTemplate) -> None:
    """Refuse a definition that is not valid, with its place.

    An endpoint that fails at that (moto server answers 500 to what it does not have) is not asked
    again: whether the definition is valid, it says when the state machine is created.
    """
    try:
        answer = client.validate_state_machine_definition(definition=definition, type="STANDARD")
    except ClientError as error:
        if error.response["ResponseMetadata"]["HTTPStatusCode"] < _SERVER_ERROR:
            raise
        return
    if answer["result"] != "OK":
        raise template.refused(answer["diagnostics"][0])

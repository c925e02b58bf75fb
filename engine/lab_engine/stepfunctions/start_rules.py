"""How an execution starts: which names and inputs are refused, and its status from then on.

Source: the StartExecution API reference (characters a name must not contain, 1 to 80 of them),
"Step Functions service quotas" (262,144 bytes of input, as UTF-8), and the API reference of
ExecutionListItem (each has a status).
"""

import re
from collections.abc import Callable
from typing import Any

from localstack.aws.api.stepfunctions import (
    ExecutionStatus,
    GetExecutionHistoryOutput,
    InvalidName,
    ValidationException,
)

_MAX_NAME_CHARACTERS = 80
_MAX_INPUT_BYTES = 262_144
_FORBIDDEN = re.compile(r"[\s<>{}\[\]?*\"#%\\^|~`$&,;:/\x00-\x1f\x7f-\x9f\ud800-\udfff]")


def start_checked(start: Callable[..., Any], self: Any, context: Any, **request: Any) -> Any:
    """Check the name and the input's size before an execution starts."""
    if request.get("name") is not None:
        _require_valid_name(request["name"])
    if len((request.get("input") or "").encode()) > _MAX_INPUT_BYTES:
        _refuse("Value", "input", _MAX_INPUT_BYTES)
    return start(self, context, **request)


def create_running(create: Callable[..., None], self: Any, *arguments: Any, **named: Any) -> None:
    """Create an execution that has a status before anything can list it."""
    create(self, *arguments, **named)
    self.exec_status = ExecutionStatus.RUNNING


def read_history(read: Callable[..., Any], self: Any) -> GetExecutionHistoryOutput:
    """Return an execution's history, which is empty until its thread was made."""
    if self.exec_worker is None:
        return GetExecutionHistoryOutput(events=[])
    return read(self)


def _require_valid_name(name: str) -> None:
    if len(name) > _MAX_NAME_CHARACTERS:
        _refuse(f"Value '{name}'", "name", _MAX_NAME_CHARACTERS)
    if not name or _FORBIDDEN.search(name):
        message = f"Invalid Name: '{name}'"
        raise InvalidName(message)


def _refuse(value: str, member: str, limit: int) -> None:
    message = (
        f"1 validation error detected: {value} at '{member}' failed to satisfy constraint: "
        f"Member must have length less than or equal to {limit}"
    )
    raise ValidationException(message)

"""A state machine's tracing: LocalStack stores it at creation, and neither tells nor changes it."""

from collections.abc import Callable
from typing import Any


def describe(tell: Callable[..., Any], self: Any) -> Any:
    """Tell whether a state machine is traced."""
    return tell(self) | {"tracingConfiguration": self.tracing_config or {"enabled": False}}


def update(
    change: Callable[..., Any], self: Any, context: Any, state_machine_arn: str, **request: Any
) -> Any:
    """Change whether a state machine is traced, with or without its other settings."""
    tracing = request.pop("tracing_configuration", None)
    machine = self.get_store(context).state_machines.get(state_machine_arn)
    if tracing is None or machine is None:
        return change(self, context, state_machine_arn, **request)
    if not any(request.get(name) for name in ("definition", "role_arn", "logging_configuration")):
        # LocalStack refuses an update of nothing else; the role that it has changes nothing.
        request["role_arn"] = machine.role_arn
    answer = change(self, context, state_machine_arn, **request)
    machine.tracing_config = tracing
    return answer

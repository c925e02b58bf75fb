"""Refuse definitions that AWS refuses: at creation, at an update, and when validated.

LocalStack checks the grammar only. A transition to a missing state ends the execution in
`ValueError(No such state None.)`, and ValidateStateMachineDefinition finds nothing wrong with it.
"""

from collections.abc import Callable
from typing import Any

from localstack.aws.api.stepfunctions import InvalidDefinition
from localstack.services.stepfunctions.asl.static_analyser.express_static_analyser import (
    ExpressStaticAnalyser,
)
from localstack.services.stepfunctions.asl.static_analyser.test_state.test_state_analyser import (
    TestStateStaticAnalyser,
)
from localstack.services.stepfunctions.provider import StepFunctionsProvider

from lab_engine.stepfunctions.definition_rules import Diagnostic, diagnose

_MAX_RESULTS = 100
_check_grammar = StepFunctionsProvider._validate_definition
"""LocalStack's own check; a wrapping patch would turn the static function into a method."""


def check_definition(definition: str, static_analysers: list[Any]) -> None:
    """Refuse a definition for CreateStateMachine and UpdateStateMachine.

    TestState calls this too, with a single state, which is not checked here.
    """
    kinds = {type(analyser) for analyser in static_analysers}
    if TestStateStaticAnalyser not in kinds:
        _refuse(diagnose(definition, is_express=ExpressStaticAnalyser in kinds))
    _check_grammar(definition, static_analysers)


def update_checked(
    update: Callable[..., Any],
    self: Any,
    context: Any,
    state_machine_arn: str,
    definition: str | None = None,
    **request: Any,
) -> Any:
    """Check an update by the machine's type; LocalStack checks it as STANDARD."""
    machine = self.get_store(context).state_machines.get(state_machine_arn)
    if definition is not None and machine and machine.sm_type == "EXPRESS":
        _refuse(diagnose(definition, is_express=True))
    return update(self, context, state_machine_arn, definition=definition, **request)


def _refuse(errors: list[Diagnostic]) -> None:
    if errors:
        listed = ", ".join(map(str, errors))
        message = f"Invalid State Machine Definition: '{listed}'"
        raise InvalidDefinition(message)


def validate_definition(
    validate: Callable[..., Any], self: Any, context: Any, request: dict[str, Any], **kwargs: object
) -> Any:
    """Answer with AWS's errors, or with LocalStack's own answer if there are none."""
    errors = diagnose(request["definition"], is_express=request.get("type") == "EXPRESS")
    if not errors:
        return validate(self, context, request, **kwargs)
    limit = request.get("maxResults") or _MAX_RESULTS
    return {
        "result": "FAIL",
        "diagnostics": [_listed(error) for error in errors[:limit]],
        "truncated": len(errors) > limit,
    }


def _listed(error: Diagnostic) -> dict[str, str]:
    listed = {"severity": "ERROR", "code": error.code, "message": error.message}
    return listed | ({"location": error.location} if error.location else {})

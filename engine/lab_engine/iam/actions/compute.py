"""Lambda and Step Functions, with iam:PassRole for operations that pass a role.

Source: Service Authorization Reference for AWS Lambda and AWS Step Functions.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from lab_engine.iam.actions.requirement import ANY_RESOURCE, Requirement

if TYPE_CHECKING:
    from lab_engine.iam.actions.requirement import Parameters, Scope

_RENAMED: Final = {
    "GetLayerVersionByArn": "GetLayerVersion",
    "Invoke": "InvokeFunction",
    "InvokeWithResponseStream": "InvokeFunction",
}
"""Operations whose action has another name."""
_FUNCTION: Final = re.compile(
    r"(?:arn:aws[a-z-]*:lambda:)?(?:(?P<region>[a-z]{2}(?:-[a-z]+)+-\d):)?(?:(?P<account>\d{12}):)?"
    r"(?:function:)?(?P<name>[\w.-]+)(?::(?P<qualifier>\$LATEST|[\w-]+))?$"
)
"""An ARN, or one without its first parts (Lambda API reference, "FunctionName")."""
_LAMBDA_ARNS: Final = ("Resource", "Arn", "CodeSigningConfigArn")
_BY_TOKEN: Final = ("SendTaskFailure", "SendTaskHeartbeat", "SendTaskSuccess")
_STATES_RESOURCES: Final = (
    "stateMachineArn",
    "executionArn",
    "activityArn",
    "mapRunArn",
    "resourceArn",
    "stateMachineAliasArn",
    "stateMachineVersionArn",
)


def lambda_(operation: str, parameters: Parameters, scope: Scope) -> tuple[Requirement, ...]:
    """Return what an operation of Lambda needs.

    An event source mapping has its own ARN, and the condition key lambda:FunctionArn.
    """
    action = _RENAMED.get(operation, operation)
    context = {}
    if "EventSourceMapping" in operation:
        uuid = parameters.get("UUID")
        resource = scope.arn("lambda", f"event-source-mapping:{uuid}") if uuid else ANY_RESOURCE
        if parameters.get("FunctionName"):
            context["lambda:functionarn"] = function_arn(parameters["FunctionName"], scope)
    elif parameters.get("FunctionName"):
        resource = function_arn(parameters["FunctionName"], scope, parameters.get("Qualifier"))
    elif parameters.get("LayerName"):
        version = parameters.get("VersionNumber")
        name = parameters["LayerName"]
        layer = name if name.startswith("arn:") else scope.arn("lambda", f"layer:{name}")
        resource = f"{layer}:{version}" if version else layer
    else:
        named = (parameters[name] for name in _LAMBDA_ARNS if parameters.get(name))
        resource = next(named, ANY_RESOURCE)
    if operation == "AddPermission":
        context["lambda:principal"] = parameters["Principal"]
    needed = (Requirement(f"lambda:{action}", resource, context),)
    return needed + _pass_role(parameters.get("Role"), "lambda.amazonaws.com")


def states(operation: str, parameters: Parameters, scope: Scope) -> tuple[Requirement, ...]:
    """Return what an operation of Step Functions needs.

    A callback names its state machine by a token, which only Step Functions can read: an Allow on
    any state machine counts.
    """
    if operation in _BY_TOKEN:
        return (Requirement(f"states:{operation}", ANY_RESOURCE, any_of="states"),)
    resource = next(
        (parameters[name] for name in _STATES_RESOURCES if parameters.get(name)), ANY_RESOURCE
    )
    if operation == "CreateStateMachine":
        resource = scope.arn("states", f"stateMachine:{parameters['name']}")
    elif operation == "CreateActivity":
        resource = scope.arn("states", f"activity:{parameters['name']}")
    needed = (Requirement(f"states:{operation}", resource),)
    return needed + _pass_role(parameters.get("roleArn"), "states.amazonaws.com")


def function_arn(name: str, scope: Scope, qualifier: str | None = None) -> str:
    """Return the ARN of a function from one of the forms of its name.

    Args:
        name: `name`, `account:function:name`, an ARN, or one of them with a qualifier at its end.
        scope: The account and region of a name without them.
        qualifier: A version or an alias, if the request has it in another field.
    """
    found = _FUNCTION.match(name)
    if found is None:
        return scope.arn("lambda", f"function:{name}")
    region, account = found["region"] or scope.region, found["account"] or scope.account
    qualifier = qualifier or found["qualifier"]
    arn = f"arn:aws:lambda:{region}:{account}:function:{found['name']}"
    return f"{arn}:{qualifier}" if qualifier else arn


def _pass_role(role: str | None, service: str) -> tuple[Requirement, ...]:
    if not role:
        return ()
    return (Requirement("iam:PassRole", role, {"iam:passedtoservice": service}),)

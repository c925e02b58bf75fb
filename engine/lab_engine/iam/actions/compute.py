"""Lambda and Step Functions, with the iam:PassRole that handing over a role needs.

Source: Service Authorization Reference for AWS Lambda and AWS Step Functions.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from lab_engine.iam.actions.requirement import ANY_RESOURCE, Requirement

if TYPE_CHECKING:
    from lab_engine.iam.actions.requirement import Parameters, Scope

_INVOCATIONS: Final = ("Invoke", "InvokeWithResponseStream")
_ARN_SEGMENTS: Final = 7  # arn:aws:lambda:region:account:function:name, a qualifier may follow
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
    """Event source mappings are restricted by their own ARN and the key lambda:FunctionArn."""
    action = "InvokeFunction" if operation in _INVOCATIONS else operation
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
        layer = f"layer:{parameters['LayerName']}" + (f":{version}" if version else "")
        resource = scope.arn("lambda", layer)
    else:
        resource = parameters.get("Resource") or ANY_RESOURCE
    if operation == "AddPermission":
        context["lambda:principal"] = parameters["Principal"]
    needed = (Requirement(f"lambda:{action}", resource, context),)
    return needed + _pass_role(parameters.get("Role"), "lambda.amazonaws.com")


def states(operation: str, parameters: Parameters, scope: Scope) -> tuple[Requirement, ...]:
    """What is created is named by its name, everything else by its ARN."""
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
    """The ARN that one of Lambda's ways to name a function means.

    Args:
        name: `name`, `name:alias`, `account:function:name`, or an ARN.
        scope: the account and region of a plain name.
        qualifier: a version or an alias, when the request has it apart.
    """
    if name.startswith("arn:"):
        arn = name
    elif ":function:" in name:
        account, _, rest = name.partition(":function:")
        arn = f"arn:aws:lambda:{scope.region}:{account}:function:{rest}"
    else:
        arn = scope.arn("lambda", f"function:{name}")
    unqualified = ":".join(arn.split(":")[:_ARN_SEGMENTS])
    return f"{unqualified}:{qualifier}" if qualifier else arn


def _pass_role(role: str | None, service: str) -> tuple[Requirement, ...]:
    if not role:
        return ()
    return (Requirement("iam:PassRole", role, {"iam:passedtoservice": service}),)

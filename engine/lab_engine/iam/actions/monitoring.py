"""CloudWatch, CloudWatch Logs and EventBridge.

Source: Service Authorization Reference of the three; CloudWatch Logs user guide, "Overview of
managing access permissions" for the two forms of a log group's ARN.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from lab_engine.iam.actions.requirement import ANY_RESOURCE, Requirement

if TYPE_CHECKING:
    from lab_engine.iam.actions.requirement import Parameters, Scope

_TAGGING: Final = ("TagResource", "UntagResource", "ListTagsForResource")
_DEFAULT_BUS: Final = "default"
_ARN_SEGMENTS: Final = 6


def cloudwatch(operation: str, parameters: Parameters, scope: Scope) -> tuple[Requirement, ...]:
    """Return what an operation of CloudWatch needs.

    Alarms and dashboards are resources; metrics are not.
    """
    action = f"cloudwatch:{operation}"
    if operation == "PutMetricData":
        return (
            Requirement(action, ANY_RESOURCE, {"cloudwatch:namespace": parameters["Namespace"]}),
        )
    dashboards = parameters.get("DashboardNames") or _listed(parameters.get("DashboardName"))
    if dashboards:
        # Dashboards belong to the account, not to a region.
        account = f"arn:aws:cloudwatch::{scope.account}:dashboard"
        return tuple(Requirement(action, f"{account}/{name}") for name in dashboards)
    alarms = parameters.get("AlarmNames") or _listed(parameters.get("AlarmName"))
    if not alarms and operation in ("DescribeAlarms", "DescribeAlarmHistory"):
        alarms = [ANY_RESOURCE]
    if alarms:
        return tuple(
            Requirement(action, scope.arn("cloudwatch", f"alarm:{name}")) for name in alarms
        )
    return (Requirement(action, parameters.get("ResourceARN") or ANY_RESOURCE),)


def logs(operation: str, parameters: Parameters, scope: Scope) -> tuple[Requirement, ...]:
    """Return what an operation of CloudWatch Logs needs.

    Policies write a log group as `log-group:NAME:*`, except for its tags. The request's resource
    ends in `:log-stream:` and the stream's name, if there is one, so a policy with the bare group
    does not match, as on AWS.
    """
    action = f"logs:{operation}"
    if operation in _TAGGING:
        return (Requirement(action, parameters["resourceArn"]),)
    if operation == "DescribeLogGroups":
        return (Requirement(action, scope.arn("logs", "log-group::log-stream:")),)
    group = parameters.get("logGroupName") or parameters.get("logGroupIdentifier")
    groups = _listed(group) or parameters.get("logGroupNames") or []
    if not groups:
        return (Requirement(action, ANY_RESOURCE),)
    stream = parameters.get("logStreamName") or ""
    return tuple(
        Requirement(action, f"{_group_arn(name, scope)}:log-stream:{stream}") for name in groups
    )


def events(operation: str, parameters: Parameters, scope: Scope) -> tuple[Requirement, ...]:
    """Return what an operation of EventBridge needs.

    The ARN of a rule on the default bus does not contain the bus.
    """
    action = f"events:{operation}"
    if operation == "PutEvents":
        buses = {entry.get("EventBusName") or _DEFAULT_BUS for entry in parameters["Entries"]}
        return tuple(Requirement(action, _bus_arn(bus, scope)) for bus in sorted(buses))
    bus = parameters.get("EventBusName") or _DEFAULT_BUS
    rule = parameters.get("Rule") or ("Rule" in operation and parameters.get("Name"))
    if rule:
        path = rule if bus == _DEFAULT_BUS else f"{bus.rpartition('/')[2]}/{rule}"
        return (Requirement(action, scope.arn("events", f"rule/{path}")),)
    if operation.endswith("EventBus"):
        return (Requirement(action, _bus_arn(parameters.get("Name") or bus, scope)),)
    return (Requirement(action, parameters.get("ResourceARN") or ANY_RESOURCE),)


def _group_arn(name: str, scope: Scope) -> str:
    return (
        name.removesuffix(":*")
        if name.startswith("arn:")
        else scope.arn("logs", f"log-group:{name}")
    )


def _bus_arn(bus: str, scope: Scope) -> str:
    """Return the ARN of a bus from its name, its ARN or the ARN of one of its rules."""
    if not bus.startswith("arn:"):
        return scope.arn("events", f"event-bus/{bus}")
    *owner, resource = bus.split(":", _ARN_SEGMENTS - 1)
    kind, _, path = resource.partition("/")
    name = path.rpartition("/")[2] if kind == "event-bus" else path.rpartition("/")[0]
    return ":".join([*owner, f"event-bus/{name or _DEFAULT_BUS}"])


def _listed(value: str | None) -> list[str]:
    return [value] if value else []

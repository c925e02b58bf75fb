"""Services that the course does not use: the permission has the operation's name.

For the services in `_RESOURCES` the ARN is made from the request's parameters, and a request
without one needs the action on `*`, as on AWS. For any other service an Allow on any of its
resources counts, because the request's resource is not known.

Source: Service Authorization Reference of each service.
"""

from __future__ import annotations

import re
from functools import cache
from typing import TYPE_CHECKING, Any, Final

import botocore.session

from lab_engine.iam.actions.requirement import ANY_RESOURCE, Requirement

if TYPE_CHECKING:
    from botocore.model import OperationModel

    from lab_engine.iam.actions.requirement import Parameters, Scope

_PREFIXES: Final = {"tagging": "tag"}
"""Services whose name in policies differs from their name in signatures."""

type _Rules = tuple[tuple[str, str], ...]

_RESOURCES: Final[dict[str, _Rules]] = {
    "cloudformation": (("StackName", "stack/{}/*"), ("StackSetName", "stackset/{}:*")),
    "cognito-idp": (("UserPoolId", "userpool/{}"),),
    "dynamodb": (
        ("TableName", "table/{}"),
        ("GlobalTableName", "table/{}"),
        ("TableArn", ""),
        ("StreamArn", ""),
        ("ShardIterator", ""),
        ("BackupArn", ""),
        ("ExportArn", ""),
    ),
    "ecr": (("repositoryName", "repository/{}"), ("repositoryNames", "repository/{}")),
    "es": (("DomainName", "domain/{}"),),
    "firehose": (("DeliveryStreamName", "deliverystream/{}"),),
    "kinesis": (
        ("ConsumerARN", ""),
        ("StreamARN", ""),
        ("StreamName", "stream/{}"),
    ),
    "kms": (("KeyId", "key/{}"), ("TargetKeyId", "key/{}"), ("SourceKeyId", "key/{}")),
    "pipes": (("Name", "pipe/{}"),),
    "scheduler": (),
    "secretsmanager": (("SecretId", "secret:{}"), ("Name", "secret:{}")),
    "ssm": (("Name", "parameter/{}"), ("Names", "parameter/{}"), ("Path", "parameter/{}")),
    "xray": (),
}
"""By service: the parameters that name a resource, and the end of its ARN; the first one counts."""

_PASSED_ROLES: Final = {"cloudformation": "RoleARN", "pipes": "RoleArn"}
"""By service: the parameter with the role that the service is to work with."""

_ARNS: Final = ("ResourceArn", "ResourceARN", "resourceArn", "Arn", "arn")
_INDEXED: Final = ("Query", "Scan")
_TRANSACTED: Final = {
    "ConditionCheck": "ConditionCheckItem",
    "Delete": "DeleteItem",
    "Get": "GetItem",
    "Put": "PutItem",
    "Update": "UpdateItem",
}
_PLACEHOLDER = re.compile(r"\{(\w+)\+?\}")


def required(
    service: str, operation: str, parameters: Parameters, scope: Scope
) -> tuple[Requirement, ...]:
    """Return what an operation of such a service needs."""
    prefix = _prefix(service)
    role = parameters.get(_PASSED_ROLES.get(prefix, ""))
    needed = _of_the_service(service, operation, parameters, scope)
    return (*needed, _passed(role, prefix)) if role else needed


def _of_the_service(
    service: str, operation: str, parameters: Parameters, scope: Scope
) -> tuple[Requirement, ...]:
    prefix = _prefix(service)
    if prefix == "apigateway":
        return _api_gateway(service, operation, parameters, scope)
    if prefix == "dynamodb" and (several := _several_tables(operation, parameters, scope)):
        return several
    if prefix == "scheduler" and (schedule := _schedule(operation, parameters, scope)):
        return schedule
    action = f"{prefix}:{operation}"
    own = f"arn:aws:{prefix}:"
    rules = _RESOURCES.get(prefix)
    for name, end in (*(rules or ()), *((name, "") for name in _ARNS)):
        given = parameters.get(name)
        if not given:
            continue
        named = given if isinstance(given, list) else [given]
        if not end and not str(named[0]).startswith(own):
            continue
        arns = [_arn(prefix, end, each, scope) for each in named]
        if operation in _INDEXED and parameters.get("IndexName"):
            arns = [f"{arn}/index/{parameters['IndexName']}" for arn in arns]
        return tuple(Requirement(action, arn) for arn in arns)
    if rules is None:
        return (Requirement(action, ANY_RESOURCE, any_of=prefix),)
    return (Requirement(action, ANY_RESOURCE),)


def _arn(prefix: str, end: str, name: str, scope: Scope) -> str:
    if name.startswith("arn:"):
        return name.partition("|")[0]  # moto's iterators of DynamoDB begin with the stream's ARN
    if prefix == "kms" and name.startswith("alias/"):
        return scope.arn("kms", name)
    return scope.arn(prefix, end.format(name.lstrip("/")))


def _several_tables(
    operation: str, parameters: Parameters, scope: Scope
) -> tuple[Requirement, ...]:
    """Return one requirement for each table of a batch, and each action of a transaction."""
    if operation in ("BatchGetItem", "BatchWriteItem"):
        return tuple(
            Requirement(f"dynamodb:{operation}", _table(name, scope))
            for name in parameters.get("RequestItems", {})
        )
    return tuple(
        Requirement(f"dynamodb:{_TRANSACTED[kind]}", _table(entry["TableName"], scope))
        for item in parameters.get("TransactItems", ())
        for kind, entry in item.items()
        if entry and kind in _TRANSACTED
    )


def _table(name: str, scope: Scope) -> str:
    return name if name.startswith("arn:") else scope.arn("dynamodb", f"table/{name}")


def _schedule(operation: str, parameters: Parameters, scope: Scope) -> tuple[Requirement, ...]:
    """Return what EventBridge Scheduler needs, with iam:PassRole for the target's role."""
    name, group = parameters.get("Name"), parameters.get("GroupName") or "default"
    if not name:
        return ()
    end = f"schedule-group/{name}" if "Group" in operation else f"schedule/{group}/{name}"
    needed = (Requirement(f"scheduler:{operation}", scope.arn("scheduler", end)),)
    role = (parameters.get("Target") or {}).get("RoleArn")
    return (*needed, _passed(role, "scheduler")) if role else needed


def _passed(role: str, prefix: str) -> Requirement:
    """Return what it needs to let a service work with a role."""
    return Requirement("iam:PassRole", role, {"iam:passedtoservice": f"{prefix}.amazonaws.com"})


def _api_gateway(
    service: str, operation: str, parameters: Parameters, scope: Scope
) -> tuple[Requirement, ...]:
    """Return what API Gateway needs: an HTTP method on a path of its own API."""
    http = _model(service, operation).http
    path = _PLACEHOLDER.sub(
        lambda found: str(_given(parameters, found[1])), http["requestUri"].partition("?")[0]
    )
    arn = f"arn:aws:apigateway:{scope.region}::{path}"
    return (Requirement(f"apigateway:{http['method']}", arn),)


def _given(parameters: Parameters, location: str) -> Any:
    """Return a parameter by its name in the path, such as restapi_id for restApiId."""
    wanted = location.replace("_", "").lower()
    return next((value for name, value in parameters.items() if name.lower() == wanted), "*")


@cache
def _prefix(service: str) -> str:
    """Return a service's name in policies, for example `es` for botocore's opensearch."""
    model = botocore.session.get_session().get_service_model(service)
    name = str(model.signing_name)
    return _PREFIXES.get(name, name)


@cache
def _model(service: str, operation: str) -> OperationModel:
    model = botocore.session.get_session().get_service_model(service)
    return model.operation_model(operation)

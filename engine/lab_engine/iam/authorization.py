"""Decide about one requirement of a principal, by the policies of both sides."""

from __future__ import annotations

import time
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Final

from localstack.services.stepfunctions.backend.store import sfn_stores

from lab_engine.iam import names, principals, resource_policies
from lab_engine.iam.actions.requirement import account_of
from lab_engine.iam.evaluator import Decision, Policies, decide
from lab_engine.iam.patterns import LazyContext
from lab_engine.iam.policy import Principal, Request

if TYPE_CHECKING:
    from localstack.aws.api import RequestContext

    from lab_engine.iam.actions.requirement import Requirement
    from lab_engine.iam.patterns import Context, ContextValue

_TOPIC_SEGMENTS: Final = 6
"""`arn:aws:sns:region:account:topic`, before a subscription's id."""
_LOG_GROUP_SEGMENTS: Final = 7
"""`arn:aws:logs:region:account:log-group:name`, without `:*`."""
STEP_FUNCTIONS: Final = "states.amazonaws.com"


def authorize(
    principal: Principal, requirement: Requirement, context: Context
) -> tuple[Request, Decision]:
    """Decide whether the principal has what is required.

    Args:
        principal: The caller.
        requirement: The action, the resource and the service's condition keys.
        context: The request's other condition keys.
    """
    owner = owner_of(requirement)
    about_the_resource = {"aws:resourceaccount": owner or principal.account}
    keys = LazyContext(lambda: {**about_the_resource, **context, **requirement.context})
    resource = names.known(requirement.resource)
    request = Request(principal, requirement.action, resource, keys, owner, requirement.any_of)
    assumes_role = _assumes_role(requirement)
    has_identity = principal.has_identity_policies
    policies = Policies(
        identity=principals.identity_policies(principal) if has_identity else (),
        boundary=principals.permissions_boundary(principal) if has_identity else None,
        session=principals.session_policies(principal) if has_identity else None,
        resource=principals.trust_policy(resource)
        if assumes_role
        else resource_policies.of(resource),
        resource_must_allow=assumes_role,
    )
    return request, decide(request, policies)


def is_roots_own(principal: Principal, requirement: Requirement) -> bool:
    """Tell whether the root asks for a resource of its own account: it needs no policy.

    Only a role that does not exist cannot be assumed by it.
    """
    if not principal.is_root or _is_missing_role(requirement):
        return False
    return owner_of(requirement) in ("", principal.account) or not principal.account


def _is_missing_role(requirement: Requirement) -> bool:
    return _assumes_role(requirement) and principals.trust_policy(requirement.resource) is None


def _assumes_role(requirement: Requirement) -> bool:
    return requirement.action.startswith("sts:AssumeRole")


def owner_of(requirement: Requirement) -> str:
    """Return the account that owns the resource; empty if it is the caller's own."""
    return requirement.account or resource_policies.owner(requirement.resource)


def role(arn: str) -> Principal:
    """Return the role as a principal, for AWS's checks before the role makes a request."""
    return Principal(arn, account_of(arn), role_arn=arn)


def condition_keys(context: RequestContext, principal: Principal) -> Context:
    """Return a request's global condition keys (IAM user guide, "AWS global condition keys")."""
    return LazyContext(lambda: _global_keys(context, principal))


def _global_keys(context: RequestContext, principal: Principal) -> dict[str, ContextValue]:
    headers = context.request.headers
    keys: dict[str, ContextValue] = {
        # The lab's HTTP endpoint stands for AWS's HTTPS one: a policy that requires TLS must not
        # refuse what AWS would allow.
        "aws:securetransport": "true",
        "aws:currenttime": datetime.now(tz=UTC).strftime("%Y-%m-%dT%H:%M:%SZ"),
        "aws:epochtime": str(int(time.time())),
        "aws:requestedregion": context.region,
        "aws:useragent": headers.get("User-Agent", ""),
        **principal.keys,
    }
    if principal.is_service:
        return keys | _of_service(context, principal)
    keys["aws:principalisawsservice"] = "false"
    keys["aws:sourceip"] = context.request.remote_addr or "127.0.0.1"
    return keys | principals.condition_keys(principal)


def _of_service(context: RequestContext, principal: Principal) -> dict[str, ContextValue]:
    keys: dict[str, ContextValue] = {
        "aws:principalisawsservice": "true",
        "aws:principalservicename": principal.arn,
    }
    source_arn = (context.internal_request_params or {}).get("source_arn")
    if source_arn:
        return keys | source_keys(source_arn)
    if principal.arn == STEP_FUNCTIONS:
        return keys | _of_state_machines(context)
    return keys


def source_keys(arn: str) -> dict[str, ContextValue]:
    """Return the condition keys of the resource for which a service acts.

    Args:
        arn: The ARN that LocalStack has. SNS names the topic also where LocalStack names the
            subscription (SNS developer guide, "Configuring a dead-letter queue"), and CloudWatch
            Logs names a log group with `:*` behind it ("Granting permission to use subscription
            filters").
    """
    segments = arn.split(":")
    if segments[2:3] == ["sns"]:
        arn = ":".join(segments[:_TOPIC_SEGMENTS])
    elif segments[2:3] == ["logs"] and len(segments) == _LOG_GROUP_SEGMENTS:
        arn = f"{arn}:*"
    account = resource_policies.owner(arn)
    return {
        "aws:sourcearn": arn,
        "aws:sourceaccount": account,
        # The key in the policy that SNS gives every new topic.
        "aws:sourceowner": account,
    }


def _of_state_machines(context: RequestContext) -> dict[str, ContextValue]:
    """Return the keys of the state machines that have the role.

    The reader and the writer of a Map state assume a role without naming the state machine.
    """
    role_arn = (context.service_request or {}).get("RoleArn")
    account = account_of(role_arn)
    stores = sfn_stores[account].values() if account in sfn_stores else ()
    machines = [machine for store in stores for machine in store.state_machines.values()]
    arns = tuple(each.arn for each in machines if each.role_arn == role_arn)
    return source_keys(arns[0]) | {"aws:sourcearn": arns} if arns else {}

"""IAM: one role per function and one for the state machine, each with one inline policy."""

from __future__ import annotations

import json
from functools import partial
from typing import TYPE_CHECKING, Any

from provision import policies, tags
from provision.settings import TASK_FUNCTIONS
from provision.target import Target, unless_missing

if TYPE_CHECKING:
    from provision.changes import Changes
    from provision.policies import Document
    from provision.removals import Removals

_POLICY_NAME = "pipeline"


def ensure_roles(target: Target, changes: Changes) -> None:
    """Give each function and the state machine a role with only its own permissions."""
    arns = target.arns
    for function in target.settings.functions.values():
        ensure_role(
            target,
            changes,
            function.role_name,
            trust=policies.function_trust(),
            policy=policies.function_policy(function, arns),
        )
    ensure_role(
        target,
        changes,
        target.settings.state_machine_role_name,
        trust=policies.state_machine_trust(arns, target.settings.state_machine_name),
        policy=policies.state_machine_policy(arns, *TASK_FUNCTIONS),
    )


def remove_roles(target: Target, removals: Removals) -> None:
    """Remove the roles, with whatever policies they have by now."""
    functions = target.settings.functions.values()
    names = [function.role_name for function in functions]
    for name in (*names, target.settings.state_machine_role_name):
        removals.remove(target, name, target.arns.role(name), partial(_delete_role, target, name))


def ensure_role(
    target: Target, changes: Changes, name: str, *, trust: Document, policy: Document
) -> None:
    """Make a role exist with this trust policy and this one inline policy."""
    iam = target.client("iam")
    role: Any = unless_missing(lambda: iam.get_role(RoleName=name)["Role"], "NoSuchEntity")

    def apply_trust() -> None:
        if role is None:
            iam.create_role(
                RoleName=name,
                AssumeRolePolicyDocument=json.dumps(trust),
                Tags=tags.tag_list(target.settings),
            )
        else:
            iam.update_assume_role_policy(RoleName=name, PolicyDocument=json.dumps(trust))

    changes.settle(
        name,
        wanted=trust,
        actual=role and role["AssumeRolePolicyDocument"],
        apply=apply_trust,
    )
    if role is not None:
        tags.ensure_tags(target, changes, name, target.arns.role(name))
    granted: Any = role and unless_missing(
        lambda: iam.get_role_policy(RoleName=name, PolicyName=_POLICY_NAME)["PolicyDocument"],
        "NoSuchEntity",
    )
    changes.settle(
        f"policy of {name}",
        wanted=policy,
        actual=granted,
        apply=lambda: iam.put_role_policy(
            RoleName=name, PolicyName=_POLICY_NAME, PolicyDocument=json.dumps(policy)
        ),
    )


def _delete_role(target: Target, name: str) -> None:
    iam = target.client("iam")
    for page in iam.get_paginator("list_role_policies").paginate(RoleName=name):
        for policy in page["PolicyNames"]:
            iam.delete_role_policy(RoleName=name, PolicyName=policy)
    for page in iam.get_paginator("list_attached_role_policies").paginate(RoleName=name):
        for policy in page["AttachedPolicies"]:
            iam.detach_role_policy(RoleName=name, PolicyArn=policy["PolicyArn"])
    iam.delete_role(RoleName=name)

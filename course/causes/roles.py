"""IAM: how roles and policies go wrong."""

import json

from course.case import Case, Facts
from course.causes import causes
from course.grants import NO_ACTIONS, read_role, roles, trusted_services
from course.probes.roles import OURS, described, intended_role, role_of_function


@causes
def role_trusts_other_service(case: Case, *, service: str) -> Facts | None:
    """The course's roles are there, but none may be assumed by this service."""
    found = list(roles(case.client("iam"), OURS))
    trusted = {
        each["RoleName"]: list(trusted_services(each["AssumeRolePolicyDocument"])) for each in found
    }
    if not trusted or any(service in services for services in trusted.values()):
        return None
    name, services = next(iter(trusted.items()))
    return {"role": name, "actual": ", ".join(services) or "-"}


@causes
def policy_not_attached(case: Case, *, function: str) -> Facts | None:
    """A policy of the course exists and is attached to nothing, and the role has none."""
    role = role_of_function(case, function)
    if role is None or role.statements:
        return None
    policies = case.client("iam").list_policies(Scope="Local")["Policies"]
    ours = [each["PolicyName"] for each in policies if each["PolicyName"].startswith(OURS)]
    return {"role": role.name, "policy": ours[0]} if ours else None


@causes
def grant_on_bucket_not_objects(
    case: Case, *, function: str, action: str, bucket: str
) -> Facts | None:
    """An action on objects is granted on the bucket's own ARN, without `/*`."""
    role = role_of_function(case, function)
    arn = f"arn:aws:s3:::{bucket}"
    wrong = role and any(
        each.effect == "Allow" and each.covers_action(action) and arn in each.resources
        for each in role.statements
    )
    return {"role": role.name, "actual": arn} if role and wrong else None


@causes
def grant_on_other_resource(
    case: Case, *, grant: str, function: str = "", role: str = ""
) -> Facts | None:
    """The action is granted, but on something else."""
    found = intended_role(case, function, role)
    action, resource = described(grant)
    if found is None or found.allows(action, resource):
        return None
    granted = [
        each.resources
        for each in found.statements
        if each.effect == "Allow" and each.covers_action(action)
    ]
    return {"role": found.name, "actual": ", ".join(granted[0])} if granted else None


@causes
def grant_missing(case: Case, *, grant: str, function: str = "", role: str = "") -> Facts | None:
    """No statement of the role speaks of the action at all."""
    found = intended_role(case, function, role)
    action, _ = described(grant)
    if found is None or any(each.covers_action(action) for each in found.statements):
        return None
    return {"role": found.name, "action": action}


@causes
def grant_denied(case: Case, *, function: str, grant: str) -> Facts | None:
    """A statement denies what another allows; a Deny always wins."""
    role = role_of_function(case, function)
    action, resource = described(grant)
    denying = [
        each.policy
        for each in (role.statements if role else ())
        if each.effect == "Deny" and each.covers(action, resource)
    ]
    return {"policy": denying[0]} if denying else None


@causes
def grant_on_everything(case: Case, *, function: str = "", role: str = "") -> Facts | None:
    """A statement allows whole services, or something on every resource."""
    found = intended_role(case, function, role)
    for each in found.statements if found else ():
        wide = [action for action in each.actions if action in ("*", "s3:*")]
        if each.effect == "Allow" and (wide or "*" in each.resources):
            actual = {"Action": list(each.actions), "Resource": list(each.resources)}
            return {"policy": each.policy, "actual": json.dumps(actual)}
    return None


@causes
def named_role_trusts(case: Case, *, role: str, service: str) -> Facts | None:
    """The role is there, and another service may assume it."""
    found = intended_role(case, "", role)
    if found is None or service in found.trusted_services:
        return None
    return {"actual": ", ".join(found.trusted_services) or "-"}


@causes
def action_not_in_iam(case: Case, *, function: str) -> Facts | None:
    """A statement names an API call that is no IAM action."""
    role = role_of_function(case, function)
    for each in role.statements if role else ():
        for action in each.actions:
            if action in NO_ACTIONS:
                return {"policy": each.policy, "actual": action, "meant": NO_ACTIONS[action]}
    return None


@causes
def role_named_otherwise(case: Case) -> Facts | None:
    """A role that Lambda may assume is there, but its name does not begin as the course's do."""
    iam = case.client("iam")
    for each in roles(iam):
        role = read_role(iam, each["RoleName"])
        if "lambda.amazonaws.com" in role.trusted_services and not role.name.startswith(OURS):
            return {"actual": role.name}
    return None

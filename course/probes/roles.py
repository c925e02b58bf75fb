"""IAM: who may assume a role, and what it may do."""

from course.case import Case
from course.finding import NOTHING, Finding, failed, missing, passed
from course.grants import NO_ACTIONS, Role, read_role, roles
from course.language import Text
from course.probes import probes
from provision.target import unless_missing

OURS = "pipeline-"
"""How the names of the course's roles begin, whether it is one role or seven."""


def role_of_function(case: Case, function: str) -> Role | None:
    """The role a function runs as; while there is no function, the role that is meant for it.

    One role for all functions or one for each: both are right. Before the function exists it is
    `pipeline-<function>-role` where there is one, else any of the course's roles that Lambda may
    assume.
    """
    client, iam = case.client("lambda"), case.client("iam")
    found = unless_missing(
        lambda: client.get_function_configuration(FunctionName=function)["Role"],
        "ResourceNotFoundException",
    )
    if found:
        name = found.rpartition("/")[2]
        return unless_missing(lambda: read_role(iam, name), "NoSuchEntity")
    trusted = function_roles(case)
    own = [role for role in trusted if role.name == f"{OURS}{function}-role"]
    return next(iter(own or trusted), None)


def intended_role(case: Case, function: str, role: str) -> Role | None:
    """The role of this name, or else that of a function; None while it is not there."""
    if not role:
        return role_of_function(case, function)
    return unless_missing(lambda: read_role(case.client("iam"), role), "NoSuchEntity")


def function_roles(case: Case) -> list[Role]:
    """The course's roles that Lambda may assume."""
    iam = case.client("iam")
    ours = [read_role(iam, each["RoleName"]) for each in roles(iam, OURS)]
    return [role for role in ours if "lambda.amazonaws.com" in role.trusted_services]


def described(grant: str) -> tuple[str, str]:
    """`s3:GetObject on arn:...` as action and resource."""
    action, _, resource = grant.partition(" on ")
    return action, resource


@probes
def function_role_exists(case: Case, *, function: str) -> Finding:
    """There is a role that Lambda may assume."""
    if role := role_of_function(case, function):
        return passed(Text.same(role.name))
    return failed(
        Text(
            th="role ชื่อ pipeline-... ที่ lambda.amazonaws.com สวมได้ (assume)",
            en="a role named pipeline-... that lambda.amazonaws.com may assume",
        ),
        NOTHING,
        "aws iam list-roles --query Roles[].RoleName",
    )


@probes
def function_role_has_policies(case: Case, *, function: str) -> Finding:
    """The function's role has a policy, attached or inline."""
    role = role_of_function(case, function)
    if role is None or role.statements:
        return passed() if role else failed(Text.same("policy"), NOTHING)
    look_at = f"aws iam list-attached-role-policies --role-name {role.name}"
    return failed(
        Text(th=f"{role.name} มี policy", en=f"{role.name} has a policy"), NOTHING, look_at
    )


@probes
def some_role_allows(case: Case, *, grants: list[str]) -> Finding:
    """One of the course's roles for functions allows all of these."""
    if any(
        all(role.allows(*described(grant)) for grant in grants) for role in function_roles(case)
    ):
        return passed()
    return failed(
        Text.same("; ".join(grants)),
        Text(th="ไม่มี role ไหนอนุญาต", en="no role allows it"),
        "aws iam list-roles --query Roles[].RoleName",
    )


@probes
def function_role_allows(case: Case, *, function: str, grants: list[str]) -> Finding:
    """The function's role allows each of these: `s3:GetObject on arn:aws:s3:::bucket/key`."""
    role = role_of_function(case, function)
    if role is None:
        return failed(Text.same(", ".join(grants)), NOTHING)
    lacking = [grant for grant in grants if not role.allows(*described(grant))]
    if not lacking:
        return passed()
    return failed(
        Text.same("; ".join(grants)),
        Text(
            th=f"{role.name} ยังไม่อนุญาต {'; '.join(lacking)}",
            en=f"{role.name} does not allow {'; '.join(lacking)}",
        ),
        f"aws iam list-attached-role-policies --role-name {role.name}",
    )


@probes
def function_role_refuses(case: Case, *, function: str, grants: list[str]) -> Finding:
    """The function's role allows none of these: what the function does not need."""
    role = role_of_function(case, function)
    if role is None:
        return failed(Text(th="ไม่มีสิทธิ์เกินจำเป็น", en="nothing it does not need"), NOTHING)
    too_much = [grant for grant in grants if role.allows(*described(grant))]
    if not too_much:
        return passed()
    return failed(
        Text(th="ไม่มีสิทธิ์เกินจำเป็น", en="nothing it does not need"),
        Text(
            th=f"{role.name} อนุญาต {'; '.join(too_much)}",
            en=f"{role.name} allows {'; '.join(too_much)}",
        ),
        f"aws iam list-attached-role-policies --role-name {role.name}",
    )


@probes
def function_role_names_real_actions(case: Case, *, function: str) -> Finding:
    """Every action that the role's policies name is an action of IAM."""
    role = role_of_function(case, function)
    if role is None:
        return failed(Text(th="action ที่มีจริง", en="actions that exist"), NOTHING)
    unreal = [action for each in role.statements for action in each.actions if action in NO_ACTIONS]
    if not unreal:
        return passed()
    return failed(
        Text.same(", ".join(NO_ACTIONS[action] for action in unreal)),
        Text.same(", ".join(unreal)),
    )


@probes
def role_trusts(case: Case, *, role: str, service: str) -> Finding:
    """There is a role of this name, and a service may assume it."""
    found = intended_role(case, "", role)
    if found and service in found.trusted_services:
        return passed()
    return failed(
        Text(th=f"{role} ที่ {service} สวมได้", en=f"{role}, which {service} may assume"),
        Text.same(", ".join(found.trusted_services) or "-") if found else NOTHING,
        f"aws iam get-role --role-name {role}",
    )


@probes
def role_allows(case: Case, *, role: str, grants: list[str]) -> Finding:
    """The role of this name allows each of these."""
    found = intended_role(case, "", role)
    if found is None:
        return missing(role)
    lacking = [grant for grant in grants if not found.allows(*described(grant))]
    if not lacking:
        return passed()
    return failed(
        Text.same("; ".join(grants)),
        Text(th=f"ยังไม่อนุญาต {'; '.join(lacking)}", en=f"it does not allow {'; '.join(lacking)}"),
        f"aws iam list-attached-role-policies --role-name {role}",
    )


@probes
def role_refuses(case: Case, *, role: str, grants: list[str]) -> Finding:
    """The role of this name allows none of these."""
    found = intended_role(case, "", role)
    if found is None:
        return missing(role)
    too_much = [grant for grant in grants if found.allows(*described(grant))]
    if not too_much:
        return passed()
    return failed(
        Text(th="ไม่มีสิทธิ์เกินจำเป็น", en="nothing it does not need"),
        Text(th=f"อนุญาต {'; '.join(too_much)}", en=f"it allows {'; '.join(too_much)}"),
        f"aws iam list-attached-role-policies --role-name {role}",
    )

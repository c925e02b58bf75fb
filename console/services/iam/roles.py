"""Roles: who may assume them, what they may do, and what they made of it."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Any, Final

from nicegui import ui

from console.calls import Call
from console.parts.form import Form, deletion, required
from console.parts.layout import action, card, page_head
from console.parts.live import Live
from console.parts.table import Column, Row, Table
from console.parts.text import facts, note, preformatted
from console.policies import document, is_json, trust_of, with_statement
from console.services.iam.editor import PolicyEditor
from console.services.iam.policies import EXAMPLE, edit_policy, own_policies, read_policy
from console.services.iam.uses import Uses, draw_uses, read_uses
from console.showing import duration, moment, pretty

if TYPE_CHECKING:
    from console.cloud import Answer
    from console.page import Page

CUSTOM: Final = ""
TRUSTED: Final = {
    "lambda.amazonaws.com": "Lambda",
    "states.amazonaws.com": "Step Functions",
    "events.amazonaws.com": "EventBridge",
    "scheduler.amazonaws.com": "EventBridge Scheduler",
    CUSTOM: "Custom trust policy",
}
"""Whom a new role may be for."""

_OWN_ACCOUNT: Final = "arn:aws:iam::{account}:"


# --- the list ----------------------------------------------------------------------------------


def roles_card(page: Page) -> None:
    """Draw the list of the account's roles."""

    def actions() -> None:
        action(page, "Create role", lambda: _create_role(page), main=True)

    with card("Roles", actions):
        table = Table(
            page,
            [
                Column("name", "Role name", "link"),
                Column("trusted", "Trusted entities", minor=True),
                Column("created", "Creation time"),
            ],
            key="name",
            empty=page.say("No roles yet.", "ยังไม่มี role"),
        )

        def show(found: list[Answer]) -> None:
            table.show([_role_row(page, each) for each in found])

        Live(page, lambda: _roles(page), show, in_place=True)


async def _roles(page: Page) -> list[Answer]:
    def ask(iam: Any) -> list[Answer]:
        pages = iam.get_paginator("list_roles").paginate()
        return [each for answer in pages for each in answer["Roles"]]

    return await page.cloud.use("iam", ask)


def _role_row(page: Page, role: Answer) -> Row:
    return {
        "name": role["RoleName"],
        "name_url": page.url("iam", "role", role=role["RoleName"]),
        "trusted": ", ".join(_trusted(role["AssumeRolePolicyDocument"])),
        "created": moment(role["CreateDate"]),
    }


def _trusted(trust: Any) -> list[str]:
    """Return who may assume a role, as far as its trust policy can be read."""
    found: list[str] = []
    statements = trust.get("Statement", []) if isinstance(trust, dict) else []
    for each in statements if isinstance(statements, list) else [statements]:
        principal = each.get("Principal", {})
        for kind, named in (principal if isinstance(principal, dict) else {}).items():
            names = named if isinstance(named, list) else [named]
            found += [
                str(TRUSTED.get(name, name)) if kind == "Service" else str(name) for name in names
            ]
    return found


async def _create_role(page: Page) -> None:
    options = {each["Arn"]: each["PolicyName"] for each in await own_policies(page)}
    with Form(page, "Create role") as form:
        service = form.choice("Trusted entity", TRUSTED, "lambda.amazonaws.com")
        editor = PolicyEditor(page, form, trust_of("lambda.amazonaws.com"), kind="trust")
        editor.place.bind_visibility_from(service, "value", backward=lambda each: each == CUSTOM)
        attached = form.several("Permissions policies", options)
        name = form.text("Role name")

        def calls() -> list[Call]:
            role = required(name.value, page.say("The role needs a name.", "ยังไม่ได้ใส่ชื่อ role"))
            trust = trust_of(service.value) if service.value else editor.value
            create = Call(
                "iam", "CreateRole", {"RoleName": role, "AssumeRolePolicyDocument": trust}
            )
            return [create, *(_attach(role, arn) for arn in attached.value)]

        form.makes(calls)


def _attach(role: str, arn: str) -> Call:
    return Call("iam", "AttachRolePolicy", {"RoleName": role, "PolicyArn": arn})


# --- a role ------------------------------------------------------------------------------------


@dataclass(frozen=True)
class _Role:
    """What IAM knows of a role: itself, the policies attached to it, and those inside it."""

    about: Answer
    attached: list[Answer]
    inline: dict[str, str]


def role(page: Page) -> None:
    """Show a role."""
    name = page.query.get("role", "")
    with page_head(name, {"IAM": page.url("iam")}):
        action(page, "Delete", lambda: _delete_role(page, name))
        action(page, "Create inline policy", lambda: _put_inline(page, name))
        action(page, "Attach policies", lambda: _attach_policies(page, name), main=True)
    Live(page, lambda: _role(page, name), lambda found: _draw_role(page, found))
    Live(
        page,
        lambda: read_uses(page, f"arn:aws:iam::{page.cloud.account}:role/{name}"),
        lambda found: _draw_uses(page, name, found),
        every=5,
    )


async def _role(page: Page, name: str) -> _Role:
    def ask(iam: Any) -> _Role:
        attached = iam.get_paginator("list_attached_role_policies").paginate(RoleName=name)
        inline = iam.list_role_policies(RoleName=name)["PolicyNames"]
        return _Role(
            iam.get_role(RoleName=name)["Role"],
            [each for answer in attached for each in answer["AttachedPolicies"]],
            {
                each: pretty(iam.get_role_policy(RoleName=name, PolicyName=each)["PolicyDocument"])
                for each in inline
            },
        )

    return await page.cloud.use("iam", ask)


def _draw_role(page: Page, found: _Role) -> None:
    about, name = found.about, found.about["RoleName"]
    with card("Summary"):
        facts(
            {
                "ARN": about["Arn"],
                "Creation date": moment(about["CreateDate"]),
                "Maximum session duration": duration(about.get("MaxSessionDuration", 3600)),
            }
        )
    with card("Permissions policies"):
        if not found.attached and not found.inline:
            note(page.say("None: it may do nothing.", "ไม่มี: role นี้ทำอะไรไม่ได้"))
        for each in found.attached:
            _draw_attached(page, name, each)
        for policy, text in found.inline.items():
            _draw_inline(page, name, policy, text)

    def edit() -> None:
        action(page, "Edit trust policy", lambda: _edit_trust(page, name, trust))

    trust = pretty(about["AssumeRolePolicyDocument"])
    with card("Trust relationships", edit):
        preformatted(trust, kind="scrolls")


def _draw_attached(page: Page, role: str, policy: Answer) -> None:
    arn = policy["PolicyArn"]
    is_own = arn.startswith(_OWN_ACCOUNT.format(account=page.cloud.account))
    with ui.column().classes("letter"), ui.element("div").classes("card-head"):
        with ui.element("a").classes("link") as anchor:
            anchor.props["href"] = page.url("iam", "policy", arn=arn)
            ui.label(policy["PolicyName"])
        note("Customer managed" if is_own else "AWS managed")
        ui.space()
        action(page, "Detach", partial(_detach, page, role, policy))


def _draw_inline(page: Page, role: str, policy: str, text: str) -> None:
    with ui.column().classes("letter"):
        with ui.element("div").classes("card-head"):
            ui.label(policy)
            note("Customer inline")
            ui.space()
            action(page, "Delete inline policy", partial(_delete_inline, page, role, policy))
            action(page, "Edit", partial(_put_inline, page, role, policy, text))
        preformatted(text, kind="scrolls")


async def _attach_policies(page: Page, role: str) -> None:
    found = await _role(page, role)
    there = {each["PolicyArn"] for each in found.attached}
    options = {
        each["Arn"]: each["PolicyName"]
        for each in await own_policies(page)
        if each["Arn"] not in there
    }
    with Form(page, "Attach policies") as form:
        chosen = form.several("Permissions policies", options)
        other = form.text(
            "ARN",
            hint=page.say(
                "Of a policy that AWS manages, for example "
                "arn:aws:iam::aws:policy/service-role/AWSLambdaBasicExecutionRole",
                "ของ policy ที่ AWS ดูแล เช่น "
                "arn:aws:iam::aws:policy/service-role/AWSLambdaBasicExecutionRole",
            ),
        )

        def calls() -> list[Call]:
            arns = [*chosen.value, *([other.value.strip()] if other.value else [])]
            required(" ".join(arns), page.say("Choose a policy.", "ยังไม่ได้เลือก policy"))
            return [_attach(role, arn) for arn in arns]

        form.makes(calls)


def _detach(page: Page, role: str, policy: Answer) -> None:
    with Form(page, "Detach", danger=True) as form:
        note(
            page.say(
                f"{role} loses what {policy['PolicyName']} allows; the policy itself stays.",
                f"{role} จะเสียสิทธิ์ที่ {policy['PolicyName']} ให้ไว้ ตัว policy ยังอยู่",
            )
        )
        parameters = {"RoleName": role, "PolicyArn": policy["PolicyArn"]}
        form.makes(lambda: [Call("iam", "DetachRolePolicy", parameters)])


def _put_inline(page: Page, role: str, policy: str = "", text: str = EXAMPLE) -> None:
    title = f"Edit {policy}" if policy else "Create inline policy"
    with Form(page, title, submit="Save changes", wide=True) as form:
        name = form.text("Policy name", policy)
        editor = PolicyEditor(page, form, text, kind="identity")

        def calls() -> list[Call]:
            parameters = {
                "RoleName": role,
                "PolicyName": required(
                    name.value, page.say("The policy needs a name.", "ยังไม่ได้ใส่ชื่อ policy")
                ),
                "PolicyDocument": editor.value,
            }
            return [Call("iam", "PutRolePolicy", parameters)]

        form.makes(calls)


def _delete_inline(page: Page, role: str, policy: str) -> None:
    deletion(
        page,
        "Delete inline policy",
        page.say(f"{policy} is gone for good.", f"{policy} จะหายไปถาวร"),
        [Call("iam", "DeleteRolePolicy", {"RoleName": role, "PolicyName": policy})],
    )


def _edit_trust(page: Page, role: str, trust: str) -> None:
    with Form(page, "Edit trust policy", submit="Update policy", wide=True) as form:
        editor = PolicyEditor(page, form, trust, kind="trust")
        form.makes(
            lambda: [
                Call(
                    "iam",
                    "UpdateAssumeRolePolicy",
                    {"RoleName": role, "PolicyDocument": editor.value},
                )
            ]
        )


async def _delete_role(page: Page, name: str) -> None:
    found = await _role(page, name)
    # IAM deletes only a role without policies.
    calls = [
        *(
            Call("iam", "DetachRolePolicy", {"RoleName": name, "PolicyArn": each["PolicyArn"]})
            for each in found.attached
        ),
        *(
            Call("iam", "DeleteRolePolicy", {"RoleName": name, "PolicyName": each})
            for each in found.inline
        ),
        Call("iam", "DeleteRole", {"RoleName": name}),
    ]
    deletion(
        page,
        "Delete role",
        page.say(
            "What still uses the role can do nothing any more. Its inline policies go with it.",
            "สิ่งที่ยังใช้ role นี้จะทำอะไรไม่ได้อีก และ inline policy จะหายไปด้วย",
        ),
        calls,
        page.url("iam"),
    )


# --- what it used ------------------------------------------------------------------------------


def _draw_uses(page: Page, name: str, uses: Uses | None) -> None:
    async def allow(statement: dict[str, Any]) -> None:
        await _add_statement(page, name, statement)

    draw_uses(page, uses, allow)


async def _add_statement(page: Page, name: str, statement: dict[str, Any]) -> None:
    """Open the form of the role's first own policy, with a statement more; else of a new one."""
    found = await _role(page, name)
    own = _OWN_ACCOUNT.format(account=page.cloud.account)
    for each in found.attached:
        if each["PolicyArn"].startswith(own):
            text = (await read_policy(page, each["PolicyArn"]))["Document"]
            await edit_policy(page, each["PolicyArn"], with_statement(text, statement))
            return
    for policy, text in found.inline.items():
        if is_json(text):
            _put_inline(page, name, policy, with_statement(text, statement))
            return
    _put_inline(page, name, "", document([statement]))

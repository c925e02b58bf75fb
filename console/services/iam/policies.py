"""Customer managed policies: their document, where they are attached, their versions."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, Final

from nicegui import ui

from console.calls import Call
from console.parts.form import Form, deletion, required
from console.parts.layout import action, card, page_head
from console.parts.live import Live
from console.parts.table import Column, Table
from console.parts.text import facts, note, preformatted
from console.policies import document
from console.services.iam.editor import PolicyEditor
from console.showing import moment, pretty

if TYPE_CHECKING:
    from console.cloud import Answer
    from console.page import Page

MOST_VERSIONS: Final = 5
"""As many versions of a policy IAM keeps (IAM quotas)."""

EXAMPLE: Final = document(
    [{"Sid": "Statement1", "Effect": "Allow", "Action": [], "Resource": []}],
)


# --- the list ----------------------------------------------------------------------------------


def policies_card(page: Page) -> None:
    """Draw the list of the account's own policies."""

    def actions() -> None:
        action(page, "Create policy", lambda: create_policy(page), main=True)

    with card("Policies", actions):
        table = Table(
            page,
            [
                Column("name", "Policy name", "link"),
                Column("used", "Used as", minor=True),
                Column("edited", "Edited"),
            ],
            key="arn",
            empty=page.say("No policies of your own yet.", "ยังไม่มี policy ของตัวเอง"),
        )

        def show(found: list[Answer]) -> None:
            table.show(
                [
                    {
                        "arn": each["Arn"],
                        "name": each["PolicyName"],
                        "name_url": page.url("iam", "policy", arn=each["Arn"]),
                        "used": f"Permissions policy ({each.get('AttachmentCount', 0)})",
                        "edited": moment(each.get("UpdateDate") or each["CreateDate"]),
                    }
                    for each in found
                ]
            )

        Live(page, lambda: own_policies(page), show, in_place=True)


async def own_policies(page: Page) -> list[Answer]:
    """Return the customer managed policies of the account."""

    def ask(iam: Any) -> list[Answer]:
        pages = iam.get_paginator("list_policies").paginate(Scope="Local")
        return [each for answer in pages for each in answer["Policies"]]

    return await page.cloud.use("iam", ask)


def create_policy(page: Page) -> None:
    """Open the form for a new policy."""
    with Form(page, "Create policy", wide=True) as form:
        name = form.text("Policy name")
        editor = PolicyEditor(page, form, EXAMPLE, kind="identity")

        def calls() -> list[Call]:
            parameters = {
                "PolicyName": required(
                    name.value, page.say("The policy needs a name.", "ยังไม่ได้ใส่ชื่อ policy")
                ),
                "PolicyDocument": editor.value,
            }
            return [Call("iam", "CreatePolicy", parameters)]

        form.makes(calls)


# --- a policy ----------------------------------------------------------------------------------


def policy(page: Page) -> None:
    """Show a policy: what it says, and who has it."""
    arn = page.query.get("arn", "")
    with page_head(arn.rpartition("/")[2], {"IAM": page.url("iam")}):
        action(page, "Delete", lambda: _delete(page, arn))
        action(page, "Edit", lambda: edit_policy(page, arn), main=True)
    Live(page, lambda: read_policy(page, arn), lambda found: _draw(page, found))


async def read_policy(page: Page, arn: str) -> Answer:
    """Return a policy with its document, its versions and the roles that it is attached to."""

    def ask(iam: Any) -> Answer:
        found: Answer = iam.get_policy(PolicyArn=arn)["Policy"]
        version = iam.get_policy_version(PolicyArn=arn, VersionId=found["DefaultVersionId"])
        attached = iam.list_entities_for_policy(PolicyArn=arn)
        return {
            "Policy": found,
            "Document": pretty(_as_object(version["PolicyVersion"]["Document"])),
            "Versions": iam.list_policy_versions(PolicyArn=arn)["Versions"],
            "Roles": [each["RoleName"] for each in attached.get("PolicyRoles", [])],
        }

    return await page.cloud.use("iam", ask)


def _as_object(found: Any) -> Any:
    """Return a document that an emulator may answer as text."""
    return json.loads(found) if isinstance(found, str) else found


def _draw(page: Page, found: Answer) -> None:
    about = found["Policy"]
    with card("Policy details"):
        facts(
            {
                "ARN": about["Arn"],
                "Creation time": moment(about["CreateDate"]),
                "Edited time": moment(about.get("UpdateDate") or about["CreateDate"]),
                "Default version": about["DefaultVersionId"],
            }
        )
    with card("Permissions defined in this policy"):
        preformatted(found["Document"], kind="scrolls")
    with card("Entities attached"):
        if not found["Roles"]:
            note(page.say("No role has it.", "ยังไม่มี role ใดใช้"))
        for role in found["Roles"]:
            with ui.element("a").classes("link") as anchor:
                anchor.props["href"] = page.url("iam", "role", role=role)
                ui.label(role)
    with card("Policy versions"):
        table = Table(
            page,
            [
                Column("version", "Version"),
                Column("default", "Type"),
                Column("created", "Creation time"),
            ],
            key="version",
            empty="",
        )
        table.show(
            [
                {
                    "version": each["VersionId"],
                    "default": "Default" if each["IsDefaultVersion"] else "",
                    "created": moment(each["CreateDate"]),
                }
                for each in found["Versions"]
            ]
        )


async def edit_policy(page: Page, arn: str, text: str = "") -> None:
    """Open the form that changes a policy.

    Args:
        page: Where.
        arn: Which policy.
        text: What it shall say; by default what it says now.
    """
    found = await read_policy(page, arn)
    name = found["Policy"]["PolicyName"]
    with Form(page, f"Edit {name}", submit="Save changes", wide=True) as form:
        editor = PolicyEditor(page, form, text or found["Document"], kind="identity")
        form.makes(lambda: _version_calls(arn, found["Versions"], editor.value))


def _version_calls(arn: str, versions: list[Answer], text: str) -> list[Call]:
    """Make a new default version, and room for it where IAM would have none."""
    calls = []
    others = [each for each in versions if not each["IsDefaultVersion"]]
    if len(versions) >= MOST_VERSIONS and others:
        oldest = min(others, key=lambda each: each["CreateDate"])
        calls.append(_delete_version(arn, oldest))
    parameters = {"PolicyArn": arn, "PolicyDocument": text, "SetAsDefault": True}
    return [*calls, Call("iam", "CreatePolicyVersion", parameters)]


def _delete_version(arn: str, version: Answer) -> Call:
    parameters = {"PolicyArn": arn, "VersionId": version["VersionId"]}
    return Call("iam", "DeletePolicyVersion", parameters)


async def _delete(page: Page, arn: str) -> None:
    found = await read_policy(page, arn)
    roles = ", ".join(found["Roles"]) or "-"
    calls = [
        Call("iam", "DetachRolePolicy", {"RoleName": role, "PolicyArn": arn})
        for role in found["Roles"]
    ]
    # IAM deletes only a policy without other versions than the default one.
    calls += [
        _delete_version(arn, each) for each in found["Versions"] if not each["IsDefaultVersion"]
    ]
    deletion(
        page,
        "Delete policy",
        page.say(
            f"It is taken from these roles first: {roles}.",
            f"จะถูกถอดออกจาก role เหล่านี้ก่อน: {roles}",
        ),
        [*calls, Call("iam", "DeletePolicy", {"PolicyArn": arn})],
        page.url("iam"),
    )

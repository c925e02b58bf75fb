"""The Configuration tab but its triggers: timeout and memory, variables, role; and versions."""

from __future__ import annotations

import json
from functools import partial
from typing import TYPE_CHECKING, Any

from nicegui import ui

from console.calls import Call
from console.parts.form import Form, required
from console.parts.layout import action, card, link
from console.parts.live import Live
from console.parts.table import Column, Table
from console.parts.text import facts, note, preformatted
from console.services.lambda_.code import ready
from console.services.lambda_.functions import (
    roles,
    runtimes,
    sizes,
    tags_in,
    variables_in,
)
from console.showing import duration, pretty

if TYPE_CHECKING:
    from console.cloud import Answer
    from console.page import Page


async def configuration(page: Page, function: str) -> Answer:
    """Return the configuration of a function."""
    return await page.cloud.ask("lambda", "GetFunctionConfiguration", FunctionName=function)


def configuration_cards(page: Page, function: str) -> None:
    """Draw the configuration, and what changes it."""

    async def read() -> tuple[Answer, dict[str, str], list[Answer]]:
        found = await configuration(page, function)
        return found, await _tags(page, found), await policy_statements(page, function)

    Live(page, read, lambda found: _draw(page, function, *found), every=5)


async def policy_statements(page: Page, function: str) -> list[Answer]:
    """Return who may invoke a function: the statements of its resource-based policy."""

    def ask(client: Any) -> list[Answer]:
        try:
            policy = json.loads(client.get_policy(FunctionName=function)["Policy"])
        except client.exceptions.ResourceNotFoundException:
            return []
        statements: list[Answer] = policy["Statement"]
        return statements

    return await page.cloud.use("lambda", ask)


async def _tags(page: Page, found: Answer) -> dict[str, str]:
    answer = await page.cloud.ask("lambda", "ListTags", Resource=_unqualified(found))
    tags: dict[str, str] = answer.get("Tags", {})
    return tags


def _unqualified(found: Answer) -> str:
    """Return a function's ARN without a version: tags are the function's, not a version's."""
    return ":".join(found["FunctionArn"].split(":")[:7])


def _draw(
    page: Page, function: str, found: Answer, tags: dict[str, str], statements: list[Answer]
) -> None:
    _draw_general(page, function, found)
    variables = found.get("Environment", {}).get("Variables", {})
    _draw_variables(page, function, variables)
    _draw_tags(page, function, tags)
    _draw_permissions(page, function, found["Role"], statements)


def _draw_general(page: Page, function: str, found: Answer) -> None:
    def edit() -> None:
        action(page, "Edit", lambda: _edit_general(page, function)).props(
            'aria-label="Edit general configuration"'
        )

    with card("General configuration", edit):
        facts(
            {
                "Description": found.get("Description") or "-",
                "Timeout": duration(found["Timeout"]),
                "Memory": f"{found['MemorySize']} MB",
                "Handler": found.get("Handler", "-"),
                "Runtime": found.get("Runtime", "-"),
                "Architecture": ", ".join(found.get("Architectures", ["x86_64"])),
                "Ephemeral storage": f"{found.get('EphemeralStorage', {}).get('Size', 512)} MB",
            }
        )


async def _edit_general(page: Page, function: str) -> None:
    found = await configuration(page, function)
    there = await roles(page)
    with Form(
        page, "Edit general configuration", submit="Save", then=_wait(page, function)
    ) as form:
        description = form.text("Description", found.get("Description", ""))
        memory = form.number("Memory", found["MemorySize"], "MB")
        timeout = form.number("Timeout", found["Timeout"], "s")
        runtime = form.choice("Runtime", runtimes(), found.get("Runtime"))
        handler = form.text("Handler", found.get("Handler", ""))
        role = form.choice("Execution role", {found["Role"]: found["Role"], **there}, found["Role"])

        def calls() -> list[Call]:
            wanted = {
                "Description": description.value,
                **sizes(page, timeout.value, memory.value),
                "Runtime": runtime.value,
                "Handler": required(
                    handler.value, page.say("The handler is missing.", "ยังไม่ได้ใส่ handler")
                ),
                "Role": role.value,
            }
            changed = {name: value for name, value in wanted.items() if found.get(name) != value}
            required("x" * len(changed), page.say("Nothing is changed yet.", "ยังไม่ได้แก้อะไร"))
            return [_update(function, changed)]

        form.makes(calls)


def _update(function: str, changed: dict[str, Any]) -> Call:
    return Call("lambda", "UpdateFunctionConfiguration", {"FunctionName": function, **changed})


def _wait(page: Page, function: str) -> Any:
    """Return what waits after a change until the function takes the next one."""

    async def wait(_answer: Answer) -> None:
        await ready(page, function)
        await page.refresh()

    return wait


def _draw_variables(page: Page, function: str, variables: dict[str, str]) -> None:
    def edit() -> None:
        action(page, "Edit", lambda: _edit_variables(page, function)).props(
            'aria-label="Edit environment variables"'
        )

    with card("Environment variables", edit):
        if not variables:
            note(page.say("None.", "ไม่มี"))
        else:
            facts(variables)


async def _edit_variables(page: Page, function: str) -> None:
    found = await configuration(page, function)
    variables = found.get("Environment", {}).get("Variables", {})
    with Form(
        page, "Edit environment variables", submit="Save", then=_wait(page, function)
    ) as form:
        lines = form.lines(
            "Environment variables",
            "\n".join(f"{name}={value}" for name, value in variables.items()),
            hint=page.say("NAME=value, one a line.", "NAME=value บรรทัดละตัว"),
        )
        form.makes(
            lambda: [
                _update(
                    function, {"Environment": {"Variables": variables_in(page, lines.value or "")}}
                )
            ]
        )


def _draw_tags(page: Page, function: str, tags: dict[str, str]) -> None:
    def manage() -> None:
        action(page, "Manage tags", lambda: _edit_tags(page, function))

    with card("Tags", manage):
        if not tags:
            note(page.say("None.", "ไม่มี"))
        else:
            facts(tags)


async def _edit_tags(page: Page, function: str) -> None:
    found = await configuration(page, function)
    there, arn = await _tags(page, found), _unqualified(found)
    with Form(page, "Manage tags", submit="Save") as form:
        lines = form.lines(
            "Tags",
            "\n".join(f"{key}={value}" for key, value in there.items()),
            hint=page.say("key=value, one a line.", "key=value บรรทัดละตัว"),
        )

        def calls() -> list[Call]:
            wanted = tags_in(page, lines.value or "")
            gone = [key for key in there if key not in wanted]
            changed = {key: value for key, value in wanted.items() if there.get(key) != value}
            required(
                "x" * len(gone + list(changed)), page.say("Nothing is changed yet.", "ยังไม่ได้แก้อะไร")
            )
            untag = Call("lambda", "UntagResource", {"Resource": arn, "TagKeys": gone})
            tag = Call("lambda", "TagResource", {"Resource": arn, "Tags": changed})
            return [*([untag] if gone else []), *([tag] if changed else [])]

        form.makes(calls)


def _draw_permissions(page: Page, function: str, role: str, statements: list[Answer]) -> None:
    with card("Permissions"):
        note(
            page.say(
                "Execution role: what the function may do.", "Execution role: function ทำอะไรได้บ้าง"
            )
        )
        name = role.rpartition("/")[2]
        link(name, page.url("iam", "role", role=name))
        note(
            page.say(
                "Resource-based policy statements: who may invoke it.",
                "Resource-based policy statements: ใครเรียกได้บ้าง",
            )
        )
        for each in statements:
            with ui.column().classes("letter"):
                with ui.element("div").classes("card-head"):
                    ui.label(each["Sid"]).classes("mono")
                    ui.space()
                    action(page, "Delete", partial(_revoke, page, function, each["Sid"]))
                preformatted(pretty(each))
        if not statements:
            note(page.say("Nobody from outside of this account.", "ไม่มีใครนอก account นี้"))


def _revoke(page: Page, function: str, sid: str) -> None:
    with Form(page, "Delete policy statement", submit="Delete", danger=True) as form:
        note(page.say(f"Whom {sid} names can't invoke it any more.", f"ผู้ที่ระบุใน {sid} จะเรียกไม่ได้อีก"))
        form.makes(
            lambda: [
                Call("lambda", "RemovePermission", {"FunctionName": function, "StatementId": sid})
            ]
        )


# --- versions ----------------------------------------------------------------------------------


def versions_card(page: Page, function: str) -> None:
    """Draw the versions of a function."""

    def publish() -> None:
        action(page, "Publish new version", lambda: _publish(page, function))

    with card("Versions", publish):
        table = Table(
            page,
            [
                Column("version", "Version"),
                Column("description", "Description", minor=True),
                Column("modified", "Last modified"),
                Column("sha", "Code SHA256", "code", minor=True),
            ],
            key="version",
            empty="",
        )

        def show(answer: Answer) -> None:
            table.show(
                [
                    {
                        "version": each["Version"],
                        "description": each.get("Description", ""),
                        "modified": each["LastModified"][:19].replace("T", " "),
                        "sha": each["CodeSha256"],
                    }
                    for each in answer["Versions"]
                ]
            )

        Live(
            page,
            lambda: page.cloud.ask("lambda", "ListVersionsByFunction", FunctionName=function),
            show,
            every=5,
            in_place=True,
        )


def _publish(page: Page, function: str) -> None:
    with Form(page, "Publish new version", submit="Publish") as form:
        description = form.text("Version description")
        form.makes(
            lambda: [
                Call(
                    "lambda",
                    "PublishVersion",
                    {"FunctionName": function, "Description": description.value},
                )
            ]
        )

"""The functions of the account, and the forms that make and delete one."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, Final, cast

from nicegui import ui

from console.calls import Call, LocalFile, service_model
from console.packages import zip_of
from console.parts.form import Form, IncompleteError, deletion, required
from console.parts.layout import action, card, page_head
from console.parts.live import Live
from console.parts.table import Column, Table
from console.showing import size

if TYPE_CHECKING:
    from botocore.model import StringShape

    from console.cloud import Answer
    from console.page import Page

RUNTIME: Final = "python3.12"
HANDLER: Final = "lambda_function.lambda_handler"
FIRST_FILE: Final = "lambda_function.py"
HELLO: Final = """\
import json


def lambda_handler(event, context):
    # TODO implement
    return {
        "statusCode": 200,
        "body": json.dumps("Hello from Lambda!"),
    }
"""
TONES: Final = {
    "Active": "good",
    "Pending": "busy",
    "Inactive": "idle",
    "Failed": "bad",
    "Successful": "good",
    "InProgress": "busy",
}
_VARIABLE: Final = re.compile(r"[A-Za-z][A-Za-z0-9_]*")
"""The name of an environment variable (Lambda API reference, Environment)."""

_TAG_KEY: Final = re.compile(r"[^=]{1,128}")
"""The key of a tag (Lambda API reference, TagResource)."""


# --- the list ----------------------------------------------------------------------------------


def functions(page: Page) -> None:
    """List the functions of the account."""
    with page_head("Functions"):
        action(page, "Create function", lambda: _create(page), main=True)
    with card("Functions"):
        table = Table(
            page,
            [
                Column("name", "Function name", "link"),
                Column("description", "Description", minor=True),
                Column("runtime", "Runtime", minor=True),
                Column("state", "State", "state"),
                Column("size", "Code size", "number", minor=True),
                Column("modified", "Last modified"),
            ],
            key="name",
            empty=page.say("No functions yet.", "ยังไม่มี function"),
        )

        def show(found: list[Answer]) -> None:
            table.show(
                [
                    {
                        "name": each["FunctionName"],
                        "name_url": page.url("lambda", "function", function=each["FunctionName"]),
                        "description": each.get("Description", ""),
                        "runtime": each.get("Runtime", each["PackageType"]),
                        "state": each.get("State", "Active"),
                        "state_tone": TONES.get(each.get("State", "Active"), "idle"),
                        "size": size(each["CodeSize"]),
                        "modified": each["LastModified"][:19].replace("T", " "),
                    }
                    for each in found
                ]
            )

        Live(page, lambda: _functions(page), show, in_place=True)


async def _functions(page: Page) -> list[Answer]:
    def ask(client: Any) -> list[Answer]:
        pages = client.get_paginator("list_functions").paginate()
        return [each for answer in pages for each in answer["Functions"]]

    return await page.cloud.use("lambda", ask)


# --- making and deleting one -------------------------------------------------------------------


def runtimes() -> list[str]:
    """Return the runtimes of Lambda, Python first, the newest of each first."""
    shape = cast("StringShape", service_model("lambda").shape_for("Runtime"))
    names = list(shape.enum)
    newest = sorted(
        names, key=lambda name: [int(n) for n in re.findall(r"\d+", name)], reverse=True
    )
    return sorted(newest, key=lambda name: not name.startswith("python"))


async def roles(page: Page) -> dict[str, str]:
    """Return the names of the account's roles, by their ARNs."""

    def ask(iam: Any) -> dict[str, str]:
        pages = iam.get_paginator("list_roles").paginate()
        return {each["Arn"]: each["RoleName"] for answer in pages for each in answer["Roles"]}

    return await page.cloud.use("iam", ask)


async def _create(page: Page) -> None:
    there = await roles(page)
    with Form(
        page,
        "Create function",
        then=lambda made: ui.navigate.to(
            page.url("lambda", "function", function=made["FunctionName"])
        ),
    ) as form:
        name = form.text("Function name")
        runtime = form.choice("Runtime", runtimes(), RUNTIME)
        architecture = form.choice("Architecture", ["x86_64", "arm64"], "x86_64")
        role = form.choice(
            "Execution role",
            there,
            hint=page.say(
                "Use an existing role; IAM has the form for a new one.",
                "ใช้ role ที่มีอยู่ ถ้ายังไม่มีให้สร้างที่หน้า IAM",
            ),
        )
        timeout = form.number("Timeout", 3, "s")
        memory = form.number("Memory", 128, "MB")
        variables = form.lines(
            "Environment variables",
            hint=page.say("NAME=value, one a line.", "NAME=value บรรทัดละตัว"),
        )

        def calls() -> list[Call]:
            function = required(
                name.value, page.say("The function needs a name.", "ยังไม่ได้ใส่ชื่อ function")
            )
            environment = variables_in(page, variables.value or "")
            parameters = {
                "FunctionName": function,
                "Runtime": runtime.value,
                "Role": required(role.value, page.say("Choose a role.", "ยังไม่ได้เลือก role")),
                "Handler": HANDLER,
                "Architectures": [architecture.value],
                "Code": {"ZipFile": zip_file(function, {FIRST_FILE: HELLO.encode()})},
                **sizes(page, timeout.value, memory.value),
                **({"Environment": {"Variables": environment}} if environment else {}),
            }
            return [Call("lambda", "CreateFunction", parameters)]

        form.makes(calls)


def zip_file(function: str, files: dict[str, bytes]) -> LocalFile:
    """Return the code of a function as the file that commands send."""
    return LocalFile(f"{function}.zip", zip_of(files))


def sizes(page: Page, timeout: float | None, memory: float | None) -> dict[str, int]:
    """Return timeout and memory as Lambda takes them.

    Raises:
        IncompleteError: One is missing.
    """
    if not timeout or not memory:
        raise IncompleteError(
            page.say("Timeout and memory are needed.", "ต้องใส่ timeout และ memory")
        )
    return {"Timeout": round(timeout), "MemorySize": round(memory)}


def variables_in(page: Page, text: str) -> dict[str, str]:
    """Return the environment variables that lines of NAME=value name.

    Raises:
        IncompleteError: A line is none, or two have one name.
    """
    return _pairs(page, text, _VARIABLE)


def tags_in(page: Page, text: str) -> dict[str, str]:
    """Return the tags that lines of key=value name.

    Raises:
        IncompleteError: A line is none, or two have one key.
    """
    return _pairs(page, text, _TAG_KEY)


def _pairs(page: Page, text: str, key: re.Pattern[str]) -> dict[str, str]:
    found: dict[str, str] = {}
    for line in filter(None, map(str.strip, text.splitlines())):
        name, sign, value = line.partition("=")
        if not sign or not key.fullmatch(name) or name in found:
            raise IncompleteError(
                page.say(f"Not NAME=value, or twice: {line}", f"ไม่ใช่ NAME=value หรือซ้ำ: {line}")
            )
        found[name] = value
    return found


def delete_function(page: Page, name: str) -> None:
    """Open the form that deletes a function."""
    deletion(
        page,
        "Delete function",
        page.say(
            f"{name} and its code are gone for good. Its log group stays, and so does what S3 "
            "was told to call.",
            f"{name} และโค้ดจะหายไปถาวร ส่วน log group และ event notification ของ S3 ยังอยู่",
        ),
        [Call("lambda", "DeleteFunction", {"FunctionName": name})],
        page.url("lambda"),
    )

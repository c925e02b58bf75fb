"""Starting, stopping and running again an execution."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Final

from nicegui import ui

from console.calls import Call
from console.parts.form import Form, IncompleteError
from console.parts.text import note

if TYPE_CHECKING:
    from console.cloud import Answer
    from console.page import Page

EMPTY_INPUT: Final = "{}"


def start(page: Page, machine: str, given: str = EMPTY_INPUT) -> None:
    """Open the form that starts an execution, and follow it.

    Args:
        page: Where.
        machine: Its ARN.
        given: The input to begin with.
    """

    def follow(answer: Answer) -> None:
        ui.navigate.to(page.url("states", "execution", arn=answer["executionArn"]))

    with Form(page, "Start execution", then=follow) as form:
        name = form.text(
            "Name",
            hint=page.say("Optional; Step Functions makes one.", "ไม่ใส่ก็ได้ Step Functions ตั้งให้"),
        )
        typed = form.code(given, "JSON", hint="Input")

        def calls() -> list[Call]:
            try:
                json.loads(typed.value or "")
            except ValueError as error:
                raise IncompleteError(
                    page.say(f"The input is not JSON: {error}", f"input ไม่ใช่ JSON: {error}")
                ) from None
            chosen = {"name": name.value.strip()} if name.value else {}
            parameters = {"stateMachineArn": machine, **chosen, "input": typed.value}
            return [Call("stepfunctions", "StartExecution", parameters)]

        form.makes(calls)


def stop(page: Page, arn: str) -> None:
    """Open the form that stops an execution."""
    with Form(page, "Stop execution", danger=True) as form:
        note(
            page.say(
                "It ends as ABORTED; what it did stays done.",
                "execution จะจบเป็น ABORTED สิ่งที่ทำไปแล้วยังอยู่",
            )
        )
        form.makes(lambda: [Call("stepfunctions", "StopExecution", {"executionArn": arn})])


def redrive(page: Page, arn: str) -> None:
    """Open the form that runs an execution again from where it ended."""
    with Form(page, "Redrive") as form:
        note(
            page.say(
                "Runs it again from the state that failed. An emulator may not know how: New "
                "execution begins anew with the same input.",
                "ทำต่อจาก state ที่ล้มเหลว emulator บางตัวทำไม่ได้ "
                "ให้ใช้ New execution ซึ่งเริ่มใหม่ด้วย input เดิม",
            )
        )
        form.makes(lambda: [Call("stepfunctions", "RedriveExecution", {"executionArn": arn})])

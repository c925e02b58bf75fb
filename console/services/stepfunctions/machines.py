"""State machines: their list, what each is, and the forms that make and change them."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Final

from nicegui import ui

from console.asl import read_definition
from console.calls import Call
from console.parts.form import Form, deletion, required
from console.parts.graph import StateGraph
from console.parts.layout import action, card, page_head
from console.parts.live import Live
from console.parts.table import Column, Table
from console.parts.text import facts, preformatted
from console.services.stepfunctions.editor import Editor
from console.services.stepfunctions.runs import Executions, Grid
from console.services.stepfunctions.starting import start
from console.showing import as_json, moment

if TYPE_CHECKING:
    from console.cloud import Answer
    from console.page import Page

TYPES: Final = {"STANDARD": "Standard", "EXPRESS": "Express"}
HELLO: Final = json.dumps(
    {
        "Comment": "A Hello World example",
        "StartAt": "HelloWorld",
        "States": {"HelloWorld": {"Type": "Pass", "Result": "Hello World!", "End": True}},
    },
    indent=2,
)


# --- state machines ----------------------------------------------------------------------------


def state_machines(page: Page) -> None:
    """List the state machines of the account."""
    with page_head("State machines"):
        action(page, "Create state machine", lambda: _create(page), main=True)
    with card("State machines"):
        table = Table(
            page,
            [
                Column("name", "Name", "link"),
                Column("type", "Type", minor=True),
                Column("created", "Created"),
            ],
            key="arn",
            empty=page.say("No state machines yet.", "ยังไม่มี state machine"),
        )

        def show(answer: Answer) -> None:
            table.show(
                [
                    {
                        "arn": each["stateMachineArn"],
                        "name": each["name"],
                        "name_url": page.url("states", "machine", arn=each["stateMachineArn"]),
                        "type": each["type"].title(),
                        "created": moment(each["creationDate"]),
                    }
                    for each in answer["stateMachines"]
                ]
            )

        Live(
            page, lambda: page.cloud.ask("stepfunctions", "ListStateMachines"), show, in_place=True
        )


async def _create(page: Page) -> None:
    roles = await page.cloud.ask("iam", "ListRoles")
    arns = {each["Arn"]: each["RoleName"] for each in roles["Roles"]}
    with Form(page, "Create state machine", wide=True) as form:
        name = form.text("State machine name")
        kind = form.choice("Type", TYPES, "STANDARD")
        role = form.choice("Execution role", arns)
        editor = Editor(page, form, HELLO)
        editor.draw()

        def calls() -> list[Call]:
            parameters = {
                "name": required(name.value, page.say("It needs a name.", "ยังไม่ได้ใส่ชื่อ")),
                "definition": editor.value,
                "roleArn": required(role.value, page.say("Choose a role.", "ยังไม่ได้เลือก role")),
                # Standard is what Step Functions makes without being told (CreateStateMachine).
                **({} if kind.value == "STANDARD" else {"type": kind.value}),
            }
            return [Call("stepfunctions", "CreateStateMachine", parameters)]

        form.makes(calls)


# --- a state machine ---------------------------------------------------------------------------


def machine(page: Page) -> None:
    """Show a state machine: its executions and its graph."""
    arn = page.query.get("arn", "")
    name = arn.rpartition(":")[2]
    with page_head(name, {"State machines": page.url("states")}):
        action(page, "Delete", lambda: _delete(page, arn))
        action(page, "Edit", lambda: _edit(page, arn))
        action(page, "Start execution", lambda: start(page, arn), main=True)
    with card("Executions"):
        Executions(page, arn).draw()
    Grid(page, arn).draw()
    Live(page, lambda: _machine(page, arn), _draw_machine, every=10)


async def _machine(page: Page, arn: str) -> Answer:
    return await page.cloud.ask("stepfunctions", "DescribeStateMachine", stateMachineArn=arn)


def _draw_machine(found: Answer) -> None:
    with card("Details"):
        facts(
            {
                "ARN": found["stateMachineArn"],
                "Type": found["type"].title(),
                "IAM role ARN": found["roleArn"],
                "Creation date": moment(found["creationDate"]),
            }
        )
    with card("Definition"), ui.element("div").classes("two"):
        preformatted(as_json(found["definition"]), kind="scrolls")
        StateGraph().show(read_definition(found["definition"]))


async def _edit(page: Page, arn: str) -> None:
    found = await _machine(page, arn)
    with Form(page, "Edit state machine", submit="Save", wide=True) as form:
        editor = Editor(page, form, as_json(found["definition"]))
        editor.draw()
        form.makes(
            lambda: [
                Call(
                    "stepfunctions",
                    "UpdateStateMachine",
                    {"stateMachineArn": arn, "definition": editor.value},
                )
            ]
        )


def _delete(page: Page, arn: str) -> None:
    deletion(
        page,
        "Delete state machine",
        page.say(
            "Its executions and their history go with it.", "execution และประวัติทั้งหมดจะหายไปด้วย"
        ),
        [Call("stepfunctions", "DeleteStateMachine", {"stateMachineArn": arn})],
        page.url("states"),
    )

"""Step Functions: state machines with their graph, and executions as they run, state by state."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from nicegui import ui

from console.asl import Graph, read_definition
from console.calls import Call
from console.errors import ConsoleError
from console.history import Event, Story, Visit, read_story
from console.parts.form import Form, IncompleteError, required
from console.parts.graph import StateGraph
from console.parts.layout import action, card, page_head
from console.parts.live import Live
from console.parts.table import Column, Row, Table
from console.parts.text import error_bar, facts, note, preformatted, state
from console.service import Service
from console.showing import as_json, duration, moment

if TYPE_CHECKING:
    from console.cloud import Answer
    from console.page import Page

MOST_EXECUTIONS: Final = 1000
HISTORY_EVENTS: Final = 1000
EXECUTION_SECONDS: Final = 0.7
"""How often a running execution is looked at."""

VALIDATE_SECONDS: Final = 0.8
"""How long to let somebody type before the definition is checked."""

TONES: Final = {
    "SUCCEEDED": "good",
    "RUNNING": "busy",
    "FAILED": "bad",
    "TIMED_OUT": "bad",
    "ABORTED": "idle",
    "PENDING_REDRIVE": "warned",
}
VISIT_TONES: Final = {
    "succeeded": "good",
    "running": "busy",
    "failed": "bad",
    "caught": "warned",
    "aborted": "idle",
}
HELLO: Final = json.dumps(
    {
        "Comment": "A Hello World example",
        "StartAt": "HelloWorld",
        "States": {"HelloWorld": {"Type": "Pass", "Result": "Hello World!", "End": True}},
    },
    indent=2,
)
TEST_INPUT: Final = "{}"


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


@dataclass
class _Editor:
    """A definition as it is typed: its graph beside it, and what Step Functions says of it."""

    page: Page
    form: Form
    definition: str

    def draw(self) -> None:
        """Draw the editor, the picture and the complaints."""
        with ui.element("div").classes("two"):
            with ui.column().classes("live"):
                self._code = self.form.code(self.definition, "JSON")
                self._code.on_value_change(lambda _: self._typed())
            self._graph = StateGraph()
        self._said = ui.column().classes("live")
        self._pause = ui.timer(VALIDATE_SECONDS, self._validate, once=True)
        self._typed()

    @property
    def value(self) -> str:
        """The definition.

        Raises:
            IncompleteError: It is not JSON.
        """
        try:
            read_definition(self._code.value)
        except ValueError as error:
            raise IncompleteError(str(error)) from error
        return str(self._code.value)

    def _typed(self) -> None:
        try:
            self._graph.show(read_definition(self._code.value))
        except ValueError:
            return  # the form says so; the last picture stays
        self._pause.cancel()
        with self._said:
            self._pause = ui.timer(VALIDATE_SECONDS, self._validate, once=True)

    async def _validate(self) -> None:
        """Ask Step Functions what it would refuse; an emulator may not know how."""
        try:
            answer = await self.page.cloud.ask(
                "stepfunctions", "ValidateStateMachineDefinition", definition=self._code.value
            )
        except ConsoleError:
            return
        self._said.clear()
        with self._said:
            for each in answer.get("diagnostics", ()):
                error_bar(f"{each['code']}: {each['message']}")


async def _create(page: Page) -> None:
    roles = await page.cloud.ask("iam", "ListRoles")
    arns = {each["Arn"]: each["RoleName"] for each in roles["Roles"]}
    with Form(page, "Create state machine", wide=True) as form:
        name = form.text("State machine name")
        role = form.choice("Execution role", arns)
        editor = _Editor(page, form, HELLO)
        editor.draw()

        def calls() -> list[Call]:
            parameters = {
                "name": required(name.value, page.say("It needs a name.", "ยังไม่ได้ใส่ชื่อ")),
                "definition": editor.value,
                "roleArn": required(role.value, page.say("Choose a role.", "ยังไม่ได้เลือก role")),
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
        action(page, "Start execution", lambda: _start(page, arn), main=True)
    with card("Executions"):
        table = Table(
            page,
            [
                Column("name", "Name", "link"),
                Column("status", "Status", "state"),
                Column("started", "Started", minor=True),
                Column("took", "Duration", "number", minor=True),
            ],
            key="arn",
            empty=page.say("No executions yet.", "ยังไม่มี execution"),
        )
        Live(
            page,
            lambda: _executions(page, arn),
            lambda found: table.show([_execution_row(page, each) for each in found]),
            in_place=True,
        )
    Live(page, lambda: _machine(page, arn), _draw_machine, every=10)


async def _executions(page: Page, arn: str) -> list[Answer]:
    answer = await page.cloud.ask(
        "stepfunctions", "ListExecutions", stateMachineArn=arn, maxResults=MOST_EXECUTIONS
    )
    found: list[Answer] = answer["executions"]
    return found


def _execution_row(page: Page, execution: Answer) -> Row:
    stopped = execution.get("stopDate")
    return {
        "arn": execution["executionArn"],
        "name": execution["name"],
        "name_url": page.url("states", "execution", arn=execution["executionArn"]),
        "status": execution["status"],
        "status_tone": TONES[execution["status"]],
        "started": moment(execution["startDate"]),
        "took": duration((stopped - execution["startDate"]).total_seconds()) if stopped else "",
    }


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


async def _start(page: Page, arn: str) -> None:
    def follow(answer: Answer) -> None:
        ui.navigate.to(page.url("states", "execution", arn=answer["executionArn"]))

    with Form(page, "Start execution", then=follow) as form:
        name = form.text(
            "Name",
            hint=page.say("Optional; Step Functions makes one.", "ไม่ใส่ก็ได้ Step Functions ตั้งให้"),
        )
        given = form.code(TEST_INPUT, "JSON", hint="Input")

        def calls() -> list[Call]:
            try:
                json.loads(given.value or "")
            except ValueError as error:
                raise IncompleteError(
                    page.say(f"The input is not JSON: {error}", f"input ไม่ใช่ JSON: {error}")
                ) from None
            chosen = {"name": name.value.strip()} if name.value else {}
            parameters = {"stateMachineArn": arn, **chosen, "input": given.value}
            return [Call("stepfunctions", "StartExecution", parameters)]

        form.makes(calls)


async def _edit(page: Page, arn: str) -> None:
    found = await _machine(page, arn)
    with Form(page, "Edit state machine", submit="Save", wide=True) as form:
        editor = _Editor(page, form, as_json(found["definition"]))
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
    with Form(
        page,
        "Delete state machine",
        submit="Delete",
        danger=True,
        then=lambda _: ui.navigate.to(page.url("states")),
    ) as form:
        note(
            page.say(
                "Its executions and their history go with it.", "execution และประวัติทั้งหมดจะหายไปด้วย"
            )
        )
        form.makes(lambda: [Call("stepfunctions", "DeleteStateMachine", {"stateMachineArn": arn})])


# --- an execution ------------------------------------------------------------------------------


@dataclass(frozen=True)
class _Run:
    """What is known of an execution."""

    execution: Answer
    graph: Graph
    events: list[Event]


def execution(page: Page) -> None:
    """Show an execution as it runs: the graph in its colours, each state's input and output."""
    arn = page.query.get("arn", "")
    machine_arn, _, name = arn.replace(":execution:", ":stateMachine:").rpartition(":")
    crumbs = {
        "State machines": page.url("states"),
        machine_arn.rpartition(":")[2]: page.url("states", "machine", arn=machine_arn),
    }
    with page_head(name, crumbs):
        action(page, "Stop execution", lambda: _stop(page, arn))
        action(page, "Redrive", lambda: _redrive(page, arn))
        action(page, "New execution", lambda: _start(page, machine_arn))
    _ExecutionView(page, arn).draw()


class _ExecutionView:
    """The parts of an execution's page, which stay while what they show changes."""

    def __init__(self, page: Page, arn: str) -> None:
        self._page = page
        self._arn = arn
        self._chosen: str | None = None
        self._story = Story()

    def draw(self) -> None:
        page = self._page
        self._summary = ui.column().classes("live")
        with ui.element("div").classes("two"):
            with card("Graph view"):
                self._graph = StateGraph(self._choose)
                note(
                    page.say(
                        "Click a state to see its input and output.",
                        "คลิก state เพื่อดู input และ output",
                    )
                )
            with card("State"):
                self._details = ui.column().classes("live")
        with card("Table view"):
            self._table = Table(
                page,
                [
                    Column("state", "State"),
                    Column("status", "Status", "state"),
                    Column("entered", "Started", minor=True),
                    Column("took", "Duration", "number"),
                ],
                key="id",
                empty=page.say("Not in any state yet.", "ยังไม่เข้า state ใด"),
            )
        with ui.expansion("Events").classes("card"):
            self._events = Table(
                page,
                [
                    Column("id", "ID", "number"),
                    Column("type", "Type"),
                    Column("at", "Time"),
                ],
                key="id",
                empty="",
            )
        self._live = Live(page, self._read, self._show, every=EXECUTION_SECONDS, in_place=True)

    async def _read(self) -> _Run:
        def ask(states: Any) -> _Run:
            execution = states.describe_execution(executionArn=self._arn)
            execution.pop("ResponseMetadata")
            described = states.describe_state_machine_for_execution(executionArn=self._arn)
            events: list[Event] = []
            pages = states.get_paginator("get_execution_history").paginate(
                executionArn=self._arn, PaginationConfig={"PageSize": HISTORY_EVENTS}
            )
            for answer in pages:
                events += answer["events"]
            return _Run(execution, read_definition(described["definition"]), events)

        return await self._page.cloud.use("stepfunctions", ask)

    def _show(self, run: _Run) -> None:
        self._story = read_story(run.events)
        self._summarize(run.execution)
        names = run.graph.all_states()
        self._graph.show(run.graph, {name: self._story.status_of(name) for name in names})
        self._table.show([_visit_row(n, visit) for n, visit in enumerate(self._story.visits)])
        self._events.show(
            [{"id": e["id"], "type": e["type"], "at": moment(e["timestamp"])} for e in run.events]
        )
        if self._chosen is None and self._story.visits:
            self._chosen = self._interesting()
        self._draw_details()

    def _interesting(self) -> str:
        """Return the state to look at first: the one that failed, else the last."""
        failed = [visit.state for visit in self._story.visits if visit.status == "failed"]
        return failed[0] if failed else self._story.visits[-1].state

    def _summarize(self, found: Answer) -> None:
        stopped = found.get("stopDate")
        self._summary.clear()
        with self._summary, card("Details"):
            with ui.row().classes("items-center"):
                state(found["status"], TONES[found["status"]])
            facts(
                {
                    "Started": moment(found["startDate"]),
                    "Ended": moment(stopped),
                    "Duration": duration((stopped - found["startDate"]).total_seconds())
                    if stopped
                    else "-",
                    "Execution ARN": found["executionArn"],
                }
            )
            if found.get("error") or found.get("cause"):
                error_bar(f"{found.get('error', '')}: {found.get('cause', '')}")
            with ui.expansion("Execution input and output").classes("live"):
                preformatted(as_json(found.get("input", "")), kind="scrolls")
                preformatted(as_json(found.get("output", "")), kind="scrolls")

    def _choose(self, name: str) -> None:
        self._chosen = name
        self._draw_details()

    def _draw_details(self) -> None:
        self._details.clear()
        with self._details:
            if self._chosen is None:
                return
            visits = self._story.of(self._chosen)
            ui.label(self._chosen).classes("heading")
            if not visits:
                note(self._page.say("Not entered.", "ยังไม่ถูกเรียก"))
            for visit in visits[-1:]:
                self._draw_visit(visit, len(visits))

    def _draw_visit(self, visit: Visit, count: int) -> None:
        page = self._page
        with ui.row().classes("items-center"):
            state(visit.status, VISIT_TONES[visit.status])
            parts = [duration(visit.seconds)] if visit.seconds is not None else []
            if visit.attempts > 1:
                parts.append(page.say(f"{visit.attempts} attempts", f"ลอง {visit.attempts} ครั้ง"))
            if count > 1:
                parts.append(page.say(f"the last of {count} times", f"ครั้งล่าสุดจาก {count} ครั้ง"))
            note(" · ".join(parts))
        if visit.error:
            error_bar(f"{visit.error}: {visit.cause}" if visit.cause else visit.error)
        note("Input")
        preformatted(as_json(visit.input), kind="scrolls")
        if visit.output:
            note("Output")
            preformatted(as_json(visit.output), kind="scrolls")


def _visit_row(number: int, visit: Visit) -> Row:
    return {
        "id": number,
        "state": visit.state,
        "status": visit.status,
        "status_tone": VISIT_TONES[visit.status],
        "entered": moment(visit.entered),
        "took": duration(visit.seconds) if visit.seconds is not None else "",
    }


def _stop(page: Page, arn: str) -> None:
    with Form(page, "Stop execution", danger=True) as form:
        note(
            page.say(
                "It ends as ABORTED; what it did stays done.",
                "execution จะจบเป็น ABORTED สิ่งที่ทำไปแล้วยังอยู่",
            )
        )
        form.makes(lambda: [Call("stepfunctions", "StopExecution", {"executionArn": arn})])


def _redrive(page: Page, arn: str) -> None:
    with Form(page, "Redrive") as form:
        note(page.say("Runs it again from the state that failed.", "ทำต่อจาก state ที่ล้มเหลว"))
        form.makes(lambda: [Call("stepfunctions", "RedriveExecution", {"executionArn": arn})])


SERVICE = Service(
    "states",
    "Step Functions",
    "account_tree",
    {"": state_machines, "machine": machine, "execution": execution},
)

"""An execution as it runs: the graph in its colours, and what each state was given and gave."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from nicegui import ui

from console.asl import Graph, read_definition
from console.errors import ConsoleError
from console.history import Event, Story, Visit, read_story
from console.parts.graph import StateGraph
from console.parts.layout import action, card, link, page_head
from console.parts.live import Live
from console.parts.table import Column, Row, Table
from console.parts.text import error_bar, facts, note, preformatted, state
from console.pipeline.story import job_id_of, lines_during
from console.services.stepfunctions.runs import read_history
from console.services.stepfunctions.starting import EMPTY_INPUT, redrive, start, stop
from console.services.stepfunctions.statuses import ENDED_BADLY, TONES, VISIT_TONES
from console.showing import as_json, clock, duration, moment, pretty

if TYPE_CHECKING:
    from console.cloud import Answer
    from console.page import Page

EXECUTION_SECONDS: Final = 0.7
"""How often a running execution is looked at."""

ENDED_SECONDS: Final = 5.0
"""How often one that has ended is: it may be redriven."""


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
    view = _ExecutionView(page, arn)
    with page_head(name, crumbs):
        view.stop = action(page, "Stop execution", lambda: stop(page, arn))
        view.redrive = action(page, "Redrive", lambda: redrive(page, arn))
        action(page, "New execution", lambda: start(page, machine_arn, view.input))
    view.draw()


class _ExecutionView:
    """The parts of an execution's page, which stay while what they show changes."""

    stop: ui.button
    redrive: ui.button

    def __init__(self, page: Page, arn: str) -> None:
        self._page = page
        self._arn = arn
        self._chosen: str | None = None
        self._visit: Visit | None = None
        self._drawn: tuple[str, list[Visit], int] | None = None
        self._story = Story()
        self.input = EMPTY_INPUT

    def draw(self) -> None:
        page = self._page
        self._summary = ui.column().classes("live")
        with ui.element("div").classes("two"):
            with card("Graph view"):
                self._graph = StateGraph(self._choose)
                self._legend()
            with card("State"):
                self._details = ui.column().classes("live")
        with card("Table view"):
            self._table = Table(
                page,
                [
                    Column("state", "State"),
                    Column("status", "Status", "state"),
                    Column("error", "Error", minor=True),
                    Column("attempts", "Attempts", "number", minor=True),
                    Column("entered", "Started", minor=True),
                    Column("took", "Duration", "number"),
                ],
                key="id",
                empty=page.say("Not in any state yet.", "ยังไม่เข้า state ใด"),
            )
        with card("Event view"):
            self._draw_events()
        self._live = Live(page, self._read, self._show, every=EXECUTION_SECONDS, in_place=True)

    def _legend(self) -> None:
        page = self._page
        with ui.row().classes("items-center"):
            for status, tone in VISIT_TONES.items():
                state(status, tone)
        note(
            page.say(
                "Click a state to see its input, output and log. The way that was taken is blue; "
                "dotted ways are for errors. ↻ says how often a state was and may be tried again, "
                "× how many items there were.",
                "คลิก state เพื่อดู input, output และ log เส้นทางที่ผ่านจริงเป็นสีฟ้า เส้นประคือทางเมื่อเกิด error "
                "↻ คือจำนวนครั้งที่ลองใหม่และที่ลองได้ × คือจำนวน item",
            )
        )

    def _draw_events(self) -> None:
        self._events = Table(
            self._page,
            [
                Column("id", "ID", "number"),
                Column("type", "Type"),
                Column("what", "State", minor=True),
                Column("at", "Time"),
            ],
            key="id",
            empty=self._page.say("No events yet.", "ยังไม่มี event"),
            on_select=self._show_event,
        )
        self._event = preformatted("", kind="scrolls")
        self._event.visible = False
        self._all_events: dict[int, Event] = {}

    def _show_event(self, rows: list[Row]) -> None:
        """Show the events that are ticked, whole."""
        shown = [self._all_events[row["id"]] for row in rows if row["id"] in self._all_events]
        self._event.text = "\n".join(map(pretty, shown))
        self._event.visible = bool(shown)

    async def _read(self) -> _Run:
        def ask(states: Any) -> _Run:
            found = states.describe_execution(executionArn=self._arn)
            found.pop("ResponseMetadata")
            described = states.describe_state_machine_for_execution(executionArn=self._arn)
            events = read_history(states, self._arn)
            return _Run(found, read_definition(described["definition"]), events)

        return await self._page.cloud.use("stepfunctions", ask)

    def _show(self, run: _Run) -> None:
        self._story = read_story(run.events)
        self._all_events = {event["id"]: event for event in run.events}
        self.input = as_json(run.execution.get("input", EMPTY_INPUT))
        status = run.execution["status"]
        self._live.ask_every(EXECUTION_SECONDS if status == "RUNNING" else ENDED_SECONDS)
        self.stop.set_enabled(status == "RUNNING" and not self._page.read_only)
        self.redrive.set_enabled(status in ENDED_BADLY and not self._page.read_only)
        self._summarize(run.execution)
        self._graph.show(run.graph, self._story)
        self._table.show([_visit_row(n, visit) for n, visit in enumerate(self._story.visits)])
        self._events.show([_event_row(event) for event in run.events])
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
                error_bar(self._page.failure(found.get("error", ""), found.get("cause", "")))
            with ui.expansion("Execution input and output").classes("live"):
                preformatted(as_json(found.get("input", "")), kind="scrolls")
                preformatted(as_json(found.get("output", "")), kind="scrolls")

    # -- one state --------------------------------------------------------------------------

    def _choose(self, name: str) -> None:
        self._chosen, self._visit = name, None
        self._draw_details()

    def _draw_details(self) -> None:
        if self._chosen is None:
            return
        visits = self._story.of(self._chosen)
        number = self._number_of_the_chosen(visits)
        if self._drawn == (self._chosen, visits, number):  # somebody may be reading it
            return
        self._drawn = (self._chosen, visits, number)
        self._details.clear()
        with self._details:
            ui.label(self._chosen).classes("heading")
            if not visits:
                note(self._page.say("Not entered.", "ยังไม่ถูกเรียก"))
                return
            if len(visits) > 1:
                self._draw_choice(visits, number)
            self._draw_visit(visits[number])

    def _number_of_the_chosen(self, visits: list[Visit]) -> int:
        """Return which visit is looked at: the chosen one, else the last."""
        chosen = self._visit
        for number, visit in enumerate(visits):
            if chosen and (visit.state, visit.entered) == (chosen.state, chosen.entered):
                return number
        return len(visits) - 1

    def _draw_choice(self, visits: list[Visit], number: int) -> None:
        """Draw a choice among the times that a state was entered, as in a Map or a loop."""
        options = {n: f"{n + 1} · {visit.status}" for n, visit in enumerate(visits)}
        label = self._page.say(f"One of {len(visits)} times", f"ครั้งที่ จาก {len(visits)} ครั้ง")

        def choose(event: Any) -> None:
            self._visit = visits[event.value]
            self._draw_details()

        ui.select(options, value=number, label=label, on_change=choose).props(
            "outlined dense options-dense"
        ).classes("search")

    def _draw_visit(self, visit: Visit) -> None:
        page = self._page
        with ui.row().classes("items-center"):
            state(visit.status, VISIT_TONES[visit.status])
            parts = [duration(visit.seconds)] if visit.seconds is not None else []
            if visit.attempts > 1:
                parts.append(page.say(f"{visit.attempts} attempts", f"ลอง {visit.attempts} ครั้ง"))
            if visit.items:
                parts.append(page.say(f"{visit.items} items", f"{visit.items} item"))
            note(" · ".join(parts))
        if visit.error:
            error_bar(page.failure(visit.error, visit.cause))
        note("Input")
        preformatted(as_json(visit.input), kind="scrolls")
        if visit.output:
            note("Output")
            preformatted(as_json(visit.output), kind="scrolls")
        if visit.function:
            with ui.row().classes("items-center"):
                note("Log")
                link(visit.function, page.url("lambda", "function", function=visit.function))
            place = ui.column().classes("live")
            ui.timer(0.05, lambda: self._draw_log(place, visit), once=True)

    async def _draw_log(self, place: ui.column, visit: Visit) -> None:
        """Draw what a state's function logged meanwhile about the same job."""
        try:
            lines = await lines_during(
                self._page.cloud, visit.function, visit.entered, visit.left, job_id_of(visit.input)
            )
        except ConsoleError as error:
            lines, said = [], self._page.explain(error)
        else:
            said = self._page.say("It logged nothing.", "ไม่ได้เขียน log")
        if place.is_deleted:
            return
        with place:
            if not lines:
                note(said)
                return
            preformatted(
                "\n".join(f"{clock(line.at)}  {line.text}" for line in lines), kind="scrolls"
            )


def _visit_row(number: int, visit: Visit) -> Row:
    return {
        "id": number,
        "state": visit.state,
        "status": visit.status,
        "status_tone": VISIT_TONES[visit.status],
        "error": visit.error,
        "attempts": visit.attempts or "",
        "entered": moment(visit.entered),
        "took": duration(visit.seconds) if visit.seconds is not None else "",
    }


def _event_row(event: Event) -> Row:
    details = event.get("stateEnteredEventDetails") or event.get("stateExitedEventDetails") or {}
    return {
        "id": event["id"],
        "type": event["type"],
        "what": details.get("name", ""),
        "at": moment(event["timestamp"]),
    }

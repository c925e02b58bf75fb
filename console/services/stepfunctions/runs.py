"""The executions of a state machine: as a list, and as a grid of what each state went through."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any, Final

from nicegui import ui

from console.history import Story, read_story
from console.parts.layout import plain_button
from console.parts.live import Live
from console.parts.table import Column, Row, Table
from console.parts.text import note
from console.services.stepfunctions.statuses import TONES, VISIT_TONES
from console.showing import duration, moment

if TYPE_CHECKING:
    from console.cloud import Answer
    from console.page import Page

NEWEST: Final = 100
"""As many executions are looked at again and again; older ones are loaded when asked for."""

OLDER: Final = 1000
"""As many ListExecutions gives at once."""

IN_THE_GRID: Final = 20
HISTORY_EVENTS: Final = 1000
ALL: Final = "All"


class Executions:
    """The list of a machine's executions, filtered by status, older ones on demand.

    Args:
        page: Where it is.
        machine: The machine's ARN.
    """

    def __init__(self, page: Page, machine: str) -> None:
        self._page = page
        self._machine = machine
        self._older: list[Answer] = []
        self._newest: list[Answer] = []
        self._next: str | None = None

    def draw(self) -> None:
        """Draw the list and its filter."""
        page = self._page
        with ui.row().classes("items-center"):
            self._status = ui.select([ALL, *TONES], value=ALL, label="Status")
            self._status.props("outlined dense options-dense").classes("search")
            self._status.on_value_change(self._chosen)
            self._more = plain_button(page.say("Load older", "โหลดรายการเก่า"), self._load)
            self._count = note("")
        self._table = Table(
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
        self._live = Live(page, self._read, self._show, in_place=True)

    async def _chosen(self) -> None:
        self._older = []
        await self._live.refresh()

    async def _read(self) -> tuple[list[Answer], str | None]:
        answer = await self._list(NEWEST)
        return answer["executions"], answer.get("nextToken")

    async def _list(self, most: int, after: str | None = None) -> Answer:
        parameters: dict[str, Any] = {"stateMachineArn": self._machine, "maxResults": most}
        if self._status.value != ALL:
            parameters["statusFilter"] = self._status.value
        if after:
            parameters["nextToken"] = after
        return await self._page.cloud.ask("stepfunctions", "ListExecutions", **parameters)

    def _show(self, found: tuple[list[Answer], str | None]) -> None:
        before, (self._newest, following) = self._newest, found
        if not self._older:
            self._next = following
        elif following:  # what is new pushes others out of the first answer
            oldest = min(each["startDate"] for each in self._newest)
            self._older = [each for each in before if each["startDate"] < oldest] + self._older
        self._draw_rows()

    async def _load(self) -> None:
        answer = await self._list(OLDER, self._next)
        self._older += answer["executions"]
        self._next = answer.get("nextToken")
        self._draw_rows()

    def _draw_rows(self) -> None:
        known = {each["executionArn"]: each for each in (*self._older, *self._newest)}
        rows = sorted(known.values(), key=lambda each: each["startDate"], reverse=True)
        self._table.show([execution_row(self._page, each) for each in rows])
        self._more.visible = self._next is not None
        self._count.text = f"{len(rows):,}{'+' if self._next else ''}"


def execution_row(page: Page, execution: Answer) -> Row:
    """Return the row of an execution, as ListExecutions gives it."""
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


def read_history(states: Any, execution: str) -> list[Answer]:
    """Return all events of an execution, oldest first."""
    pages = states.get_paginator("get_execution_history").paginate(
        executionArn=execution, PaginationConfig={"PageSize": HISTORY_EVENTS}
    )
    return [event for answer in pages for event in answer["events"]]


class Grid:
    """The last runs beside each other: a column each, a row for each state that one entered.

    Args:
        page: Where it is.
        machine: The machine's ARN.
    """

    def __init__(self, page: Page, machine: str) -> None:
        self._page = page
        self._machine = machine
        self._ended: dict[str, Story] = {}

    def draw(self) -> None:
        """Draw it; it is read while it is open."""
        with ui.expansion(self._page.say("Runs by states", "execution เทียบกันทีละ state")).classes(
            "card"
        ) as fold:
            place = ui.column().classes("live")

        def opened() -> None:
            place.clear()
            if fold.value:
                with place:
                    Live(self._page, self._read, self._show)

        fold.on_value_change(opened)

    async def _read(self) -> list[tuple[Answer, Story]]:
        page = self._page
        answer = await page.cloud.ask(
            "stepfunctions", "ListExecutions", stateMachineArn=self._machine, maxResults=IN_THE_GRID
        )
        runs = answer["executions"][:IN_THE_GRID]
        stories = await asyncio.gather(*(self._story_of(each) for each in runs))
        return list(zip(runs, stories, strict=True))

    async def _story_of(self, run: Answer) -> Story:
        arn = run["executionArn"]
        if arn in self._ended:
            return self._ended[arn]
        events = await self._page.cloud.use(
            "stepfunctions", lambda states: read_history(states, arn)
        )
        story = read_story(events)
        if run["status"] != "RUNNING":  # what has ended never changes
            self._ended[arn] = story
        return story

    def _show(self, runs: list[tuple[Answer, Story]]) -> None:
        names = dict.fromkeys(visit.state for _, story in reversed(runs) for visit in story.visits)
        with ui.element("div").classes("grid-frame"), ui.element("table").classes("grid"):
            with ui.element("tr"):
                ui.element("th")
                for run, _ in runs:
                    with ui.element("th"):
                        self._draw_link(run)
            for name in names:
                with ui.element("tr"):
                    with ui.element("th"):
                        ui.label(name)
                    for _, story in runs:
                        _draw_cell(story, name)
        if not runs:
            note(self._page.say("No executions yet.", "ยังไม่มี execution"))

    def _draw_link(self, run: Answer) -> None:
        with ui.element("a").classes(f"grid-run state-{TONES[run['status']]}") as anchor:
            anchor.props["href"] = self._page.url("states", "execution", arn=run["executionArn"])
            anchor.props["aria-label"] = f"{run['name']}: {run['status']}"
            anchor.tooltip(f"{run['name']} · {run['status']} · {moment(run['startDate'])}")


def _draw_cell(story: Story, name: str) -> None:
    visits = story.of(name)
    status = story.status_of(name)
    with ui.element("td") as cell:
        if status:
            seconds = sum(visit.seconds or 0.0 for visit in visits)
            text = f"{len(visits)}" if len(visits) > 1 else ""
            ui.label(text).classes(f"grid-cell state-{VISIT_TONES[status]}")
            cell.tooltip(f"{name}: {status} · {duration(seconds)}")

"""An execution's history as what each state went through."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final, Literal

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime

Status = Literal["succeeded", "running", "failed", "caught", "aborted"]

_FAILED: Final = ("Failed", "TimedOut", "ScheduleFailed", "StartFailed", "SubmitFailed")
_SCHEDULED: Final = ("LambdaFunctionScheduled", "TaskScheduled", "ActivityScheduled")
_ITERATION: Final = "mapIterationStartedEventDetails"
_ENDINGS: Final[dict[str, Status]] = {
    "ExecutionFailed": "failed",
    "ExecutionTimedOut": "failed",
    "ExecutionAborted": "aborted",
}

Event = dict[str, Any]


@dataclass
class Visit:
    """One time that an execution was in a state.

    Args:
        state: Its name.
        entered: When.
        input: As JSON.
    """

    state: str
    entered: datetime
    input: str = ""
    left: datetime | None = None
    output: str = ""
    error: str = ""
    cause: str = ""
    attempts: int = 0
    """How often a Task state called its resource."""

    function: str = ""
    """The Lambda function that it called, by its name; nothing for any other resource."""

    items: int = 0
    """How many items a Map state went through, as far as it got."""

    status: Status = "running"

    @property
    def seconds(self) -> float | None:
        """How long it took; None while it runs."""
        return (self.left - self.entered).total_seconds() if self.left else None


@dataclass
class Story:
    """All visits of an execution, in the order in which they began."""

    visits: list[Visit] = field(default_factory=list)
    ways: set[tuple[str, str]] = field(default_factory=set)
    """From which state to which it went."""

    def of(self, state: str) -> list[Visit]:
        """Return the visits of one state."""
        return [visit for visit in self.visits if visit.state == state]

    def status_of(self, state: str) -> Status | None:
        """Return what a state is coloured by; None for one that was never entered."""
        found = {visit.status for visit in self.of(state)}
        order: tuple[Status, ...] = ("failed", "aborted", "running", "caught", "succeeded")
        return next((status for status in order if status in found), None)


def read_story(events: Iterable[Event]) -> Story:
    """Return what each state went through.

    Args:
        events: As GetExecutionHistory gives them, oldest first.
    """
    story = Story()
    known: dict[int, Event] = {}
    visits: dict[int, Visit] = {}
    for event in events:
        known[event["id"]] = event
        kind = event["type"]
        if kind.endswith("StateEntered"):
            details = event["stateEnteredEventDetails"]
            visits[event["id"]] = Visit(
                details["name"], event["timestamp"], details.get("input", "")
            )
            story.visits.append(visits[event["id"]])
            before = known.get(event.get("previousEventId", 0), {})
            if before.get("type", "").endswith("StateExited"):
                story.ways.add((before["stateExitedEventDetails"]["name"], details["name"]))
        elif kind.endswith("StateExited"):
            details = event["stateExitedEventDetails"]
            _leave(_visit_of(event, known, visits, details["name"]), event, details)
        elif kind == "MapIterationStarted":  # it may follow the item before it
            around = _visit_of(event, known, visits, event[_ITERATION]["name"])
            if around:
                around.items += 1
        elif kind in _ENDINGS:
            _end(story, _ENDINGS[kind], event)
        else:
            _note(_visit_of(event, known, visits), event)
    return story


def _visit_of(
    event: Event, known: dict[int, Event], visits: dict[int, Visit], state: str | None = None
) -> Visit | None:
    """Return the visit that an event belongs to: the last before it, of this state if named."""
    number, before = event["id"], event.get("previousEventId", 0)
    while 0 < before < number:  # an event that names itself or a later one ends the search
        visit = visits.get(before)
        if visit and state in (None, visit.state):
            return visit
        number, before = before, known[before].get("previousEventId", 0)
    return None


def _leave(visit: Visit | None, event: Event, details: dict[str, Any]) -> None:
    if visit is None:
        return
    visit.left = event["timestamp"]
    visit.output = details.get("output", "")
    visit.status = "caught" if visit.error else "succeeded"


def _note(visit: Visit | None, event: Event) -> None:
    """Remember what happened while a state was running."""
    if visit is None:
        return
    kind = event["type"]
    if kind in _SCHEDULED:
        visit.attempts += 1
        visit.function = _function_in(event)
    elif kind.endswith(_FAILED):
        details: dict[str, Any] = next(
            (value for name, value in event.items() if name.endswith("EventDetails")), {}
        )
        visit.error = details.get("error", "") or kind
        visit.cause = details.get("cause", "")
    elif kind.endswith("Succeeded"):
        visit.error = visit.cause = ""  # an earlier attempt's


def _function_in(event: Event) -> str:
    """Return the name of the Lambda function that a scheduled task calls."""
    arn = str(event.get("lambdaFunctionScheduledEventDetails", {}).get("resource", ""))
    if not arn:
        details = event.get("taskScheduledEventDetails", {})
        if details.get("resourceType") != "lambda":
            return ""
        arn = str(_parameters(details).get("FunctionName", ""))
    _, is_arn, name = arn.partition(":function:")
    return (name if is_arn else arn).partition(":")[0]  # without its version


def _parameters(details: dict[str, Any]) -> dict[str, Any]:
    try:
        found = json.loads(details.get("parameters", ""))
    except ValueError:
        return {}
    return found if isinstance(found, dict) else {}


def _end(story: Story, status: Status, event: Event) -> None:
    """Give the states that were still running the execution's end."""
    for visit in story.visits:
        if visit.left is None:
            visit.status = status
            visit.left = event["timestamp"]
            details = event.get("executionFailedEventDetails", {})
            visit.error = visit.error or details.get("error", "")
            visit.cause = visit.cause or details.get("cause", "")

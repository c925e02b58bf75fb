"""The pipeline as a map: what leads where from above to below, and the numbers at each part."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Final

from nicegui import ui

from console.parts.text import note, state
from console.pipeline.parts import lay_out

if TYPE_CHECKING:
    from collections.abc import Iterator

    from console.page import Page
    from console.pipeline.parts import Kind, Part, Pipeline
    from console.pipeline.traffic import Traffic
    from console.pipeline.uploads import Stored

ICONS: Final[dict[Kind, str]] = {
    "bucket": "inventory_2",
    "function": "functions",
    "queue": "move_to_inbox",
    "machine": "account_tree",
    "topic": "campaign",
    "subscription": "mail",
}
KINDS: Final[dict[Kind, str]] = {
    "bucket": "S3 bucket",
    "function": "Lambda function",
    "queue": "SQS queue",
    "machine": "State machine",
    "topic": "SNS topic",
    "subscription": "Subscription",
}
_INTO: Final[dict[Kind, str]] = {
    "function": "Invocations",
    "queue": "NumberOfMessagesSent",
    "machine": "ExecutionsStarted",
    "topic": "NumberOfMessagesPublished",
}
"""What counts how much comes to a part, by its kind."""

_ALARM_TONES: Final = {"OK": "good", "ALARM": "bad", "INSUFFICIENT_DATA": "idle"}


def address_of(page: Page, part: Part) -> str:
    """Return the page of a part's own service."""
    match part.kind:
        case "bucket":
            return page.url("s3", "bucket", bucket=part.name)
        case "function":
            return page.url("lambda", "function", function=part.name)
        case "queue":
            return page.url("sqs", "queue", queue=part.name)
        case "machine":
            return page.url("states", "machine", arn=part.arn)
        case "topic":
            return page.url("sns", "topic", arn=part.arn)
        case _:
            return page.url("inbox")


def alarm_link(page: Page, name: str, value: str) -> None:
    """Draw an alarm in the colour of its state, as a link to its page."""
    with ui.element("a").classes("map-alarm") as anchor:
        anchor.props["href"] = page.url("cloudwatch", "alarm", alarm=name)
        state(f"⏰ {name}", _ALARM_TONES[value]).tooltip(f"{name}: {value}")


class PipelineMap:
    """Draws a pipeline.

    Args:
        page: Where it is.
        pipeline: Its parts and arrows.
        traffic: The numbers.
        stored: How much is in the buckets, by bucket and prefix.
    """

    def __init__(
        self,
        page: Page,
        pipeline: Pipeline,
        traffic: Traffic,
        stored: dict[tuple[str, str], Stored],
    ) -> None:
        self._page = page
        self._pipeline = pipeline
        self._traffic = traffic
        self._stored = stored
        self._ids = {arn: str(number) for number, arn in enumerate(pipeline.parts)}

    def draw(self) -> None:
        """Draw the stages, and what nothing leads to below them.

        The boxes are drawn here, the arrows between them in the browser, which knows where the
        boxes stand: map.js.
        """
        laid_out = lay_out(self._pipeline)
        if laid_out.stages:
            with ui.element("div").classes("map") as place:
                place.props["data-arrows"] = json.dumps(self._arrows())
                ui.element("svg").classes("map-arrows").props("aria-hidden=true")
                for stage in laid_out.stages:
                    with ui.element("div").classes("map-stage"):
                        for part, dead_letters in stage.parts:
                            self._draw_cell(part)
                            for each in dead_letters:
                                self._draw_cell(each, holds_dead_letters=True)
        if laid_out.loose:
            note(
                self._page.say(
                    "Nothing leads to these yet, and they lead nowhere:",
                    "ยังไม่มีอะไรต่อเข้าหรือออกจากส่วนเหล่านี้:",
                )
            )
            with ui.element("div").classes("map-loose"):
                for part in laid_out.loose:
                    self._draw_part(part)

    def _arrows(self) -> list[tuple[str, str, str]]:
        """Return the arrows as the browser takes them: start, end and way."""
        return [
            (self._ids[arrow.start], self._ids[arrow.end], arrow.way)
            for arrow in self._pipeline.arrows
        ]

    def _draw_cell(self, part: Part, *, holds_dead_letters: bool = False) -> None:
        """Draw a part, and above it what is to say of the arrow that leads to it."""
        into = self._pipeline.into(part.arn)
        notes = sorted({arrow.note for arrow in into if arrow.way == "calls"} - {""})
        if holds_dead_letters:
            notes = ["dead letters"]
        with ui.element("div").classes("map-cell") as cell:
            if holds_dead_letters:
                cell.classes("map-dead-letters")
            with ui.element("div").classes("map-into"):
                if into and not holds_dead_letters:
                    ui.label(self._came_to(part)).classes("map-count")
                for each in notes:
                    ui.label(each).classes("map-note")
            box = self._draw_part(part, holds_dead_letters=holds_dead_letters)
            box.props["data-part"] = self._ids[part.arn]

    def _came_to(self, part: Part) -> str:
        """Return how much came to a part in the last hour; nothing where nobody counts it."""
        metric = _INTO.get(part.kind)
        known = metric and (part.arn, metric) in self._traffic.counts
        return f"{self._traffic.count(part.arn, metric):,}" if metric and known else ""

    def _draw_part(self, part: Part, *, holds_dead_letters: bool = False) -> ui.element:
        numbers = list(self._numbers(part, holds_dead_letters=holds_dead_letters))
        alarms = self._traffic.alarms.get(part.arn, {})
        bad = "ALARM" in alarms.values() or any(tone == "bad" for _, tone in numbers)
        with ui.element("div").classes(f"map-part map-{part.kind}") as box:
            if bad:
                box.classes("map-bad")
            with ui.element("div").classes("map-kind"):
                ui.icon(ICONS[part.kind])
                ui.label(KINDS[part.kind])
            with ui.element("a").classes("link map-name") as anchor:
                anchor.props["href"] = address_of(self._page, part)
                ui.label(part.name)
            if numbers or alarms:
                with ui.element("div").classes("map-numbers"):
                    for text, tone in numbers:
                        state(text, tone)
                    for name, value in alarms.items():
                        alarm_link(self._page, name, value)
        return box

    def _numbers(self, part: Part, *, holds_dead_letters: bool) -> Iterator[tuple[str, str]]:
        """Yield what there is to say of a part, each with its tone."""
        match part.kind:
            case "bucket":
                yield from self._objects(part)
            case "queue":
                yield from self._messages(part, holds_dead_letters=holds_dead_letters)
            case "machine":
                yield from self._executions(part)
            case "function":
                if errors := self._traffic.count(part.arn, "Errors"):
                    yield self._page.say(f"{errors:,} errors", f"error {errors:,}"), "bad"

    def _objects(self, part: Part) -> Iterator[tuple[str, str]]:
        for (bucket, prefix), stored in self._stored.items():
            if bucket == part.name:
                count = f"{stored.count:,}{'+' if stored.more else ''}"
                yield f"{count} · {prefix or '/'}", "idle"

    def _messages(self, part: Part, *, holds_dead_letters: bool) -> Iterator[tuple[str, str]]:
        say = self._page.say
        waiting = self._traffic.waiting.get(part.arn, 0)
        if holds_dead_letters:
            yield (say(f"{waiting} failed", f"ล้มเหลว {waiting}"), "bad" if waiting else "good")
            return
        yield say(f"{waiting} waiting", f"รอ {waiting}"), "warned" if waiting else "idle"
        if flight := self._traffic.flight.get(part.arn):
            yield say(f"{flight} in flight", f"กำลังทำ {flight}"), "busy"

    def _executions(self, part: Part) -> Iterator[tuple[str, str]]:
        say, traffic = self._page.say, self._traffic
        if running := traffic.running.get(part.arn):
            yield say(f"{running} running", f"กำลังทำ {running}"), "busy"
        if succeeded := traffic.count(part.arn, "ExecutionsSucceeded"):
            yield say(f"{succeeded:,} succeeded", f"สำเร็จ {succeeded:,}"), "good"
        if failed := traffic.count(part.arn, "ExecutionsFailed"):
            yield say(f"{failed:,} failed", f"ล้มเหลว {failed:,}"), "bad"

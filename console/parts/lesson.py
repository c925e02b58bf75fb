"""A step of the course: what to do, its check, its hints."""

from __future__ import annotations

import asyncio
from functools import partial
from typing import TYPE_CHECKING

from nicegui import ui

from console.errors import ConsoleError
from console.lessons import Told, page_of
from console.parts.layout import plain_button
from console.parts.text import error_bar, note

if TYPE_CHECKING:
    from collections.abc import Callable

    from console.lessons import Lessons
    from console.page import Page
    from course.question import Question
    from course.step import Step

TONES = {"✓": "passed", "✗": "failed", "·": "waits"}


class Lesson:
    """One step, with all that a student does about it.

    Args:
        page: Where it is.
        lessons: The course in this account.
        step: Which.
    """

    def __init__(self, page: Page, lessons: Lessons, step: Step) -> None:
        self._page = page
        self._lessons = lessons
        self._step = step

    async def draw(self) -> None:
        """Draw its text, the buttons, and a place for what they say."""
        page, step = self._page, self._step
        place = ui.column().classes("live")
        text = await page.cloud.endpoint.in_thread(lambda: self._lessons.text(step))
        if place.is_deleted:  # somebody chose another step meanwhile
            return
        with place:
            self._draw(text)

    def _draw(self, text: str) -> None:
        page, step = self._page, self._step
        with ui.row().classes("items-center"):
            self._check = ui.button("Check", icon="task_alt", on_click=self.check)
            self._check.props("no-caps unelevated")
            self._check.set_enabled(not page.read_only)  # some checks upload a file
            plain_button(page.say("Hint", "คำใบ้"), self.hint, "lightbulb")
            about = page_of(step)
            if about is not None:
                address = page.url(about)
                plain_button(
                    page.say("Open the page", "เปิดหน้าที่ต้องทำ"),
                    lambda: ui.navigate.to(address),
                    "open_in_browser",
                )
        self._said = ui.column().classes("lesson-said").props("aria-live=polite")
        # A page has one title of the first level: its own.
        ui.markdown(f"#{text}" if text.startswith("# ") else text).classes("lesson-text")

    async def check(self) -> None:
        """Check the step, and show each result as soon as it is known."""
        self._check.props("loading")
        self._said.clear()
        with self._said:
            results = ui.column().classes("lesson-results")
        try:
            ended = await told_from_thread(
                self._page,
                partial(self._lessons.check, self._step),
                partial(_draw_result, results),
            )
        except ConsoleError as error:
            self._complain(error)
            return
        finally:
            self._check.props(remove="loading")
        with self._said:
            ui.label(ended).classes("lesson-ended")
        await self._page.refresh()

    async def hint(self) -> None:
        """Show the next hint."""
        endpoint = self._page.cloud.endpoint
        try:
            which, hint = await endpoint.in_thread(lambda: self._lessons.hint(self._step))
        except ConsoleError as error:
            self._complain(error)
            return
        self._said.clear()
        with self._said:
            note(which)
            ui.label(hint).classes("lesson-hint")

    def _complain(self, error: ConsoleError) -> None:
        if not self._said.is_deleted:
            with self._said:
                error_bar(self._page.explain(error))


async def told_from_thread[T, R](
    page: Page, work: Callable[[Callable[[T], None]], R], show: Callable[[T], None]
) -> R:
    """Do work in a thread, and show what it tells as soon as it does.

    Args:
        page: Whose endpoint has the threads.
        work: Is given what to tell to.
        show: Called in the event loop with each thing told.
    """
    loop = asyncio.get_running_loop()

    def tell(told: T) -> None:
        loop.call_soon_threadsafe(show, told)

    return await page.cloud.endpoint.in_thread(lambda: work(tell))


def _draw_result(place: ui.column, told: Told) -> None:
    if place.is_deleted:
        return
    with place, ui.column().classes(f"lesson-result {TONES[told.sign]}"):
        ui.label(f"{told.sign} {told.title}").classes("lesson-title")
        for line in told.lines:
            ui.label(line)


class Prediction:
    """One question: the answers to choose from, and what the experiment shows.

    Args:
        page: Where it is.
        lessons: The course in this account.
        question: Which.
        answered: Whether it was answered right before.
    """

    def __init__(self, page: Page, lessons: Lessons, question: Question, *, answered: bool) -> None:
        self._page = page
        self._lessons = lessons
        self._question = question
        sign = "✓" if answered else "·"
        with ui.column().classes("live"):
            ui.label(f"{sign} {question.short} {lessons.said(question.asks)}").classes(
                "lesson-title"
            )
            choices = {key: lessons.said(said) for key, said in question.choices.items()}
            self._choice = ui.radio(choices).props("dense").classes("choices")
            self._button = plain_button(
                page.say("Predict, then try it", "ตอบ แล้วลองจริง"), self._answer
            )
            self._said = ui.column().classes("lesson-said").props("aria-live=polite")
        self._button.bind_enabled_from(
            self._choice, "value", backward=lambda chosen: bool(chosen) and not page.read_only
        )

    async def _answer(self) -> None:
        answer = str(self._choice.value)
        self._said.clear()
        self._button.props("loading")
        try:
            await told_from_thread(
                self._page,
                lambda tell: self._lessons.predict(self._question, answer, tell),
                self._tell,
            )
        except ConsoleError as error:
            if not self._said.is_deleted:
                with self._said:
                    error_bar(self._page.explain(error))
        finally:
            self._button.props(remove="loading")

    def _tell(self, said: str) -> None:
        if not self._said.is_deleted:
            with self._said:
                ui.label(said)

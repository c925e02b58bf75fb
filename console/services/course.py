"""The course: every step, its text with check and hints, and the questions of the weeks."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from nicegui import ui

from console.lab import FIRST_ACCOUNT
from console.lessons import Lessons, step_named
from console.parts.layout import card, page_head
from console.parts.lesson import Lesson, Prediction
from console.parts.live import Live
from console.parts.table import Column, Table
from console.parts.text import note
from console.service import Service

if TYPE_CHECKING:
    from console.page import Page

WEEKS: Final = (1, 2, 3, 4)


def lessons_of(page: Page) -> Lessons:
    """Return the course in the account of a page."""
    cloud, lab = page.cloud, page.cloud.endpoint.lab
    if lab is None or lab.course is None:
        raise LookupError("a console without the course has no such page")
    return Lessons(lab.course, cloud.endpoint.url, cloud.account, page.language)


def is_not_for(page: Page) -> bool:
    """Whether this is the account of the finished pipeline, which the course leaves alone."""
    if page.cloud.account != FIRST_ACCOUNT:
        return False
    note(
        page.say(
            "This account holds the finished pipeline. Switch to your own account at the top: "
            "there the course is done.",
            "account นี้มี pipeline ที่เสร็จแล้ว เลือก account ของคุณที่แถบด้านบนเพื่อทำหลักสูตร",
        )
    )
    return True


class CoursePanel:
    """The step that the student is at, beside whatever page is open.

    Args:
        page: What the frame draws on.
    """

    def __init__(self, page: Page) -> None:
        self._page = page

    async def draw(self) -> None:
        """Draw it in the place that is open."""
        page = self._page
        if is_not_for(page):
            return
        lessons = lessons_of(page)
        in_thread = page.cloud.endpoint.in_thread
        around = ui.column().classes("live")
        steps = await in_thread(lessons.steps)
        here = await in_thread(lessons.current)
        if around.is_deleted:  # the panel was closed meanwhile
            return
        titles = {each["id"]: f"{each['here']} {each['step']}".strip() for each in steps}
        with around:
            chosen = ui.select(titles, value=here.id, on_change=lambda: self._show(lessons))
            chosen.props("outlined dense options-dense aria-label=Step").classes("field")
            self._chosen = chosen
            self._place = ui.column().classes("live lesson")
        await self._show(lessons)

    async def _show(self, lessons: Lessons) -> None:
        found = step_named(str(self._chosen.value))
        self._place.clear()
        if found:
            with self._place:
                await Lesson(self._page, lessons, found).draw()


def course(page: Page) -> None:
    """List the steps: how far the student is, and what each is worth."""
    with page_head("Course"):
        pass
    if is_not_for(page):
        return
    lessons = lessons_of(page)
    with card(page.say("Steps", "ขั้น")):
        table = Table(
            page,
            [
                Column("here", ""),
                Column("step", page.say("Step", "ขั้น"), "link"),
                Column("state", page.say("State", "สถานะ"), "state"),
                Column("points", page.say("Points", "คะแนน"), "number"),
            ],
            key="id",
            empty="",
        )

        def show(found: list[dict[str, str]]) -> None:
            table.show(
                [
                    {
                        **each,
                        "step_url": page.url("course", "step", step=each["id"]),
                        "state_tone": each["tone"],
                    }
                    for each in found
                ]
            )

        Live(
            page,
            lambda: page.cloud.endpoint.in_thread(lessons.steps),
            show,
            every=5,
            in_place=True,
        )
    for week in WEEKS:
        with ui.expansion(page.say(f"Questions of week {week}", f"คำถามสัปดาห์ที่ {week}")).classes(
            "card"
        ):
            for question, answered in lessons.questions(week):
                Prediction(page, lessons, question, answered=answered)


def step(page: Page) -> None:
    """Show a step."""
    lessons = lessons_of(page)
    found = None if page.cloud.account == FIRST_ACCOUNT else step_named(page.query.get("step", ""))
    crumbs = {"Course": page.url("course")}
    if found is None:
        with page_head(page.say("No such step", "ไม่มีขั้นนี้"), crumbs):
            pass
        return
    with page_head(f"{found.short} {lessons.said(found.title)}", crumbs):
        pass
    note(
        page.say(
            "The button with the cap at the top shows the same beside every page.",
            "ปุ่มรูปหมวกด้านบนแสดงสิ่งเดียวกันข้างทุกหน้า",
        )
    )
    place = ui.column().classes("card lesson")
    lesson = Lesson(page, lessons, found)

    async def draw() -> None:
        with place:
            await lesson.draw()

    ui.timer(0, draw, once=True)


SERVICE = Service("course", "Course", "school", {"": course, "step": step})

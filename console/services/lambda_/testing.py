"""The Test tab: events that are kept in the browser, and what the function made of one."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, Final

from nicegui import ui

from console.calls import Call, LocalFile
from console.invocations import Result, examples, read_result
from console.parts.commands import CommandPreview
from console.parts.layout import action, card, plain_button
from console.parts.text import facts, note, preformatted, state
from console.showing import as_json

if TYPE_CHECKING:
    from console.page import Page

NEW: Final = ""
BROWSER_SECONDS: Final = 30
"""How long the browser may take to tell what it keeps."""

FIRST: Final = "hello-world"


class TestTab:
    """Events, the button that sends one, and the answer.

    Args:
        page: Where it is.
        function: Its name.
    """

    def __init__(self, page: Page, function: str) -> None:
        self._page = page
        self._function = function
        self._saved: dict[str, str] = {}
        self._key = f"console/events/{page.cloud.account}/{page.cloud.region}/{function}"

    def draw(self) -> None:
        """Draw the tab; the saved events come when the browser has told them."""
        page, cloud = self._page, self._page.cloud
        self._result = ui.column().classes("live")
        self._examples = examples("example-bucket", cloud.account, cloud.region)
        with card("Test event", self._draw_actions):
            self._chosen = ui.select(
                self._options(), label="Test event", value=NEW, on_change=lambda _: self._choose()
            )
            self._chosen.props("outlined dense options-dense").classes("field")
            self._name = ui.input("Event name", on_change=lambda _: self._changed())
            self._name.props("outlined dense").classes("field")
            template = ui.select(
                list(self._examples),
                label="Template",
                value=FIRST,
                on_change=lambda event: self._fill(self._examples[event.value]),
            )
            template.props("outlined dense options-dense").classes("field")
            template.bind_visibility_from(self._chosen, "value", backward=lambda each: each == NEW)
            theme: Any = "vscodeDark" if page.dark else "vscodeLight"
            self._event = ui.codemirror(self._examples[FIRST], language="JSON", theme=theme)
            self._event.classes("field").on_value_change(lambda _: self._changed())
            note(page.say("This is what Test does:", "ปุ่ม Test ทำสิ่งเดียวกับคำสั่งนี้:"))
            self._preview = CommandPreview(page)
        self._changed()
        ui.timer(0, self._load, once=True)

    def _draw_actions(self) -> None:
        self._delete = plain_button("Delete", self._forget)
        self._save = plain_button("Save", self._keep)
        self._test = action(self._page, "Test", self._invoke, main=True)

    # -- events ---------------------------------------------------------------------------------

    def _options(self) -> dict[str, str]:
        return {NEW: "Create new event", **{name: name for name in self._saved}}

    async def _load(self) -> None:
        question = f"localStorage.getItem({json.dumps(self._key)})"
        try:
            kept = await ui.run_javascript(question, timeout=BROWSER_SECONDS)
            found = json.loads(kept) if kept else {}
        except (TimeoutError, ValueError):
            return  # whoever saved no event misses nothing
        if isinstance(found, dict):
            self._saved = {str(name): str(event) for name, event in found.items()}
            self._chosen.set_options(self._options(), value=self._chosen.value)

    def _choose(self) -> None:
        chosen = self._chosen.value
        if chosen != NEW:
            self._name.value = chosen
            self._fill(self._saved[chosen])
        self._changed()

    def _fill(self, event: str) -> None:
        self._event.value = event

    def _keep(self) -> None:
        name = (self._name.value or "").strip()
        self._saved[name] = self._event.value or ""
        self._store(name)
        ui.notify(self._page.say("Saved in this browser.", "เก็บไว้ใน browser นี้แล้ว"), type="positive")

    def _forget(self) -> None:
        self._saved.pop(self._chosen.value, None)
        self._store(NEW)

    def _store(self, chosen: str) -> None:
        events = json.dumps(json.dumps(self._saved))
        ui.run_javascript(f"localStorage.setItem({json.dumps(self._key)}, {events})")
        self._chosen.set_options(self._options(), value=chosen)
        self._changed()

    def _is_event(self) -> bool:
        try:
            json.loads(self._event.value or "")
        except (ValueError, RecursionError):
            return False
        return True

    # -- sending one ----------------------------------------------------------------------------

    def _call(self) -> Call:
        name = (self._name.value or "").strip() or "event"
        parameters = {
            "FunctionName": self._function,
            "LogType": "Tail",
            "Payload": LocalFile(f"{name}.json", (self._event.value or "").encode()),
        }
        return Call("lambda", "Invoke", parameters)

    def _changed(self) -> None:
        is_event = self._is_event()
        self._preview.show(
            [self._call()] if is_event else [],
            self._page.say("The event is not JSON yet.", "event ยังไม่เป็น JSON"),
        )
        self._test.set_enabled(is_event and not self._page.read_only)
        self._save.set_enabled(is_event and bool((self._name.value or "").strip()))
        self._delete.set_visibility(self._chosen.value != NEW)

    async def _invoke(self) -> None:
        self._test.props("loading")
        try:
            answer = await self._page.make(self._call())
        finally:
            self._test.props(remove="loading")
        if answer is not None:
            self._draw_result(read_result(answer))

    def _draw_result(self, result: Result) -> None:
        page = self._page
        self._result.clear()
        with self._result, card("Execution results"):
            with ui.row().classes("items-center"):
                if result.error:
                    state("Failed", "bad")
                    note(page.say("The function raised an error.", "function เกิด error"))
                else:
                    state("Succeeded", "good")
            preformatted(as_json(result.answer), kind="scrolls")
            facts(result.figures)
            note(page.say("The end of its log (4 KB):", "ท้าย log (4 KB):"))
            preformatted(result.log, kind="scrolls log")

"""The Code tab: the files of a function, edited in the page and deployed as a zip."""

from __future__ import annotations

import asyncio
from functools import partial
from typing import TYPE_CHECKING, Any, Final

from nicegui import ui

from console.calls import Call, LocalFile
from console.errors import ConsoleError
from console.packages import (
    language_of,
    python_mistake,
    text_of,
    unzip,
    wrong_name,
)
from console.parts.commands import CommandPreview
from console.parts.form import Form, IncompleteError
from console.parts.layout import action, card, plain_button
from console.parts.text import error_bar, note, state
from console.services.lambda_.functions import zip_file

if TYPE_CHECKING:
    from console.page import Page

UPDATE_SECONDS: Final = 60
"""How long a new code may take until it runs."""

_LOOK_SECONDS: Final = 0.3


async def ready(page: Page, function: str) -> bool:
    """Wait until a function takes requests with what was changed last; whether it did in time."""
    for _ in range(round(UPDATE_SECONDS / _LOOK_SECONDS)):
        found = await page.cloud.ask("lambda", "GetFunctionConfiguration", FunctionName=function)
        if found.get("State") != "Pending" and found.get("LastUpdateStatus") != "InProgress":
            return True
        await asyncio.sleep(_LOOK_SECONDS)
    return False


class CodeTab:
    """The editor of a function's files.

    Args:
        page: Where it is.
        function: Its name.
    """

    def __init__(self, page: Page, function: str) -> None:
        self._page = page
        self._function = function
        self._files: dict[str, bytes] = {}
        self._deployed: dict[str, bytes] = {}
        self._open = ""

    def draw(self) -> None:
        """Draw the tab; the code comes when AWS has answered."""
        page = self._page
        with card("Code source", self._draw_actions):
            self._status = ui.row().classes("items-center")
            with ui.element("div").classes("code-editor"):
                self._list = ui.column().classes("code-files")
                with ui.column().classes("live"):
                    self._place = ui.column().classes("live")
                    self._said = ui.column().classes("live")
            note(page.say("This is what Deploy does:", "ปุ่ม Deploy ทำสิ่งเดียวกับคำสั่งนี้:"))
            self._preview = CommandPreview(page)
        ui.timer(0, self._load, once=True)

    def _draw_actions(self) -> None:
        page = self._page
        action(page, "Upload from .zip file", self._upload)
        plain_button("New file", self._new_file, "note_add")
        self._deploy_button = action(page, "Deploy", self._deploy, main=True)

    # -- what is deployed -----------------------------------------------------------------------

    async def _load(self) -> None:
        try:
            found = await self._page.cloud.ask("lambda", "GetFunction", FunctionName=self._function)
            archive = await self._page.cloud.endpoint.download(found["Code"].get("Location", ""))
            if archive is None:
                raise ConsoleError("The code could not be fetched.", "อ่านโค้ดไม่ได้")
            self._deployed = unzip(archive)
        except ConsoleError as error:
            self._deploy_button.disable()
            with self._place:
                error_bar(self._page.explain(error))
            return
        self._files = dict(self._deployed)
        self._show(min(self._files, key=lambda name: (not name.endswith(".py"), name), default=""))

    async def _deploy(self) -> None:
        sent = dict(self._files)
        self._deploy_button.props("loading")
        try:
            if await self._page.make(self._call()) is None:
                return
            self._deployed = sent
            is_ready = await ready(self._page, self._function)
        finally:
            self._deploy_button.props(remove="loading")
            self._changed()
        with self._page.overlay:
            ui.notify(
                self._page.say("Deployed.", "Deploy แล้ว")
                if is_ready
                else self._page.say("Lambda is still at it.", "Lambda ยังทำไม่เสร็จ"),
                type="positive" if is_ready else "warning",
            )

    def _call(self) -> Call:
        parameters = {
            "FunctionName": self._function,
            "ZipFile": zip_file(self._function, self._files),
        }
        return Call("lambda", "UpdateFunctionCode", parameters)

    # -- the files ------------------------------------------------------------------------------

    def _show(self, name: str) -> None:
        """Open a file in the editor."""
        self._open = name
        self._place.clear()
        content = self._files.get(name, b"")
        text = text_of(content)
        with self._place:
            if not name:
                note(self._page.say("No file yet.", "ยังไม่มีไฟล์"))
            elif text is None:
                note(self._page.say("This is not text.", "ไฟล์นี้ไม่ใช่ข้อความ"))
            else:
                self._draw_editor(name, text)
        self._changed()

    def _draw_editor(self, name: str, text: str) -> None:
        def typed(value: str | None) -> None:
            self._files[name] = (value or "").encode()
            self._changed()

        language: Any = language_of(name)
        theme: Any = "vscodeDark" if self._page.dark else "vscodeLight"
        self._editor = ui.codemirror(text, language=language, theme=theme).classes("field code")
        self._editor.on_value_change(lambda event: typed(event.value))

    def _changed(self) -> None:
        """Draw what depends on the files."""
        page, changed = self._page, self._files != self._deployed
        self._deploy_button.set_enabled(changed and bool(self._files) and not page.read_only)
        self._preview.show([self._call()] if self._files else [])
        self._status.clear()
        with self._status:
            if changed:
                state(page.say("Changes not deployed", "ยังไม่ได้ deploy"), "warned")
            else:
                state(page.say("Deployed", "Deploy แล้ว"), "good")
        self._draw_list()
        self._draw_mistake()

    def _draw_list(self) -> None:
        self._list.clear()
        with self._list:
            for name in sorted(self._files):
                with ui.row().classes("code-file"):
                    button = ui.button(name, on_click=partial(self._show, name))
                    button.props("flat dense no-caps align=left")
                    if name == self._open:
                        button.classes("nav-here").props("aria-current=true")
                    if len(self._files) > 1:
                        drop = ui.button(icon="close", on_click=partial(self._delete_file, name))
                        drop.props("flat dense round size=xs")
                        drop.props["aria-label"] = f"Delete {name}"

    def _draw_mistake(self) -> None:
        mistake = None
        if self._open.endswith(".py"):
            mistake = python_mistake(text_of(self._files[self._open]) or "")
            self._editor.decorations = (
                [{"kind": "line", "line": mistake[0], "class": "wrong-line"}] if mistake else []
            )
        self._said.clear()
        with self._said:
            if mistake:
                line, why = mistake
                error_bar(self._page.say(f"Line {line}: {why}", f"บรรทัดที่ {line}: {why}"))

    def _new_file(self) -> None:
        page = self._page
        with page.overlay, ui.dialog() as dialog, ui.card().classes("form"):
            name = ui.input("File name").props("outlined dense autofocus").classes("field")

            def create() -> None:
                written = (name.value or "").strip()
                if wrong_name(written, self._files):
                    ui.notify(
                        page.say(
                            "A file needs a name that no other file has.",
                            "ไฟล์ต้องมีชื่อ และไม่ซ้ำกับไฟล์อื่น",
                        ),
                        type="warning",
                    )
                    return
                dialog.close()
                self._files[written] = b""
                self._show(written)

            with ui.row().classes("form-buttons"):
                ui.button(page.say("Cancel", "ยกเลิก"), on_click=dialog.close).props("flat no-caps")
                ui.button("Create", on_click=create).props("no-caps unelevated")
        dialog.on("hide", dialog.delete)
        dialog.open()

    def _delete_file(self, name: str) -> None:
        del self._files[name]
        self._show(min(self._files) if name == self._open else self._open)

    def _upload(self) -> None:
        page = self._page
        with Form(page, "Upload from .zip file", submit="Save", then=self._reload) as form:
            files = form.files(".zip")

            def calls() -> list[Call]:
                if not files:
                    raise IncompleteError(page.say("No file yet.", "ยังไม่มีไฟล์"))
                archive = LocalFile(f"{self._function}.zip", files[-1].content)
                parameters = {"FunctionName": self._function, "ZipFile": archive}
                return [Call("lambda", "UpdateFunctionCode", parameters)]

            form.makes(calls)

    async def _reload(self, _answer: object) -> None:
        await ready(self._page, self._function)
        await self._load()

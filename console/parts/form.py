"""A form: fields, the commands that do the same, and the button that makes exactly these calls."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any, Self

from nicegui import ui

from console.calls import LocalFile
from console.errors import ConsoleError
from console.parts.commands import CommandPreview
from console.parts.text import error_bar, note

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Sequence
    from types import TracebackType

    from nicegui.elements.mixins.value_element import ValueElement
    from nicegui.events import UploadEventArguments

    from console.calls import Call, LabCall
    from console.cloud import Answer
    from console.page import Page

LARGEST_FILE_BYTES = 64 * 1024 * 1024


class IncompleteError(Exception):
    """What a form still needs before it can say what it would do."""


class Form:
    """A dialog that makes AWS calls. Use it as a context, and draw its fields inside.

    Args:
        page: Where it is.
        title: As AWS's console names the action.
        submit: The button's text; the title by default.
        danger: Whether it destroys something.
        wide: Whether it needs the whole width, for an editor with something beside it.
        done: What to say afterwards.
        then: Called with AWS's last answer when all calls were made.
    """

    def __init__(  # noqa: PLR0913 - all but two have defaults
        self,
        page: Page,
        title: str,
        *,
        submit: str = "",
        danger: bool = False,
        wide: bool = False,
        done: str = "",
        then: Callable[[Answer], Awaitable[None] | None] | None = None,
    ) -> None:
        self.page = page
        self._title = title
        self._submit_text = submit or title
        self._danger = danger
        self._wide = wide
        self._done = done
        self._then = then
        self._calls: Callable[[], Sequence[Call | LabCall]] = tuple
        self._ready: Sequence[Call | LabCall] = ()
        self._preview: CommandPreview | None = None
        with page.overlay:
            self._dialog = ui.dialog().props("persistent")
        self._dialog.on("hide", self._dialog.delete)
        self._busy = False

    # -- laying it out ----------------------------------------------------------------------

    def __enter__(self) -> Self:
        """Begin to draw the fields."""
        self._dialog.__enter__()
        self._card = ui.card().classes("form wide" if self._wide else "form")
        self._card.__enter__()
        with ui.row().classes("form-title"):
            ui.label(self._title)
            ui.button(icon="close", on_click=self._close).props("flat dense round aria-label=Close")
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Draw the commands and the buttons below the fields, and open the dialog."""
        with ui.element("div").classes("form-commands"):
            note(self.page.say("This is what the button does:", "ปุ่มนี้ทำสิ่งเดียวกับคำสั่งนี้:"))
            self._preview = CommandPreview(self.page)
        self._error = error_bar("")
        self._error.visible = False
        with ui.row().classes("form-buttons"):
            ui.button(self.page.say("Cancel", "ยกเลิก"), on_click=self._close).props("flat no-caps")
            self._button = ui.button(self._submit_text, on_click=self._submit)
            self._button.props("no-caps unelevated").classes("submit")
            if self._danger:
                self._button.props("color=negative")
        if self.page.read_only:
            note(self.page.say("This console is read-only.", "console นี้อ่านได้อย่างเดียว"))
        self._card.__exit__(kind, error, trace)
        self._dialog.__exit__(kind, error, trace)
        self.refresh()
        self._dialog.open()

    def makes(self, calls: Callable[[], Sequence[Call | LabCall]]) -> None:
        """Say which calls the fields stand for.

        Args:
            calls: Returns them, or raises `IncompleteError` with what is missing.
        """
        self._calls = calls

    def refresh(self) -> None:
        """Show the commands for what the fields say now."""
        if self._preview is None:  # a field was filled in while the form is being drawn
            return
        try:
            self._ready = self._calls()
            self._preview.show(self._ready)
        except IncompleteError as missing:
            self._ready = ()
            self._preview.show([], str(missing))
        self._button.set_enabled(bool(self._ready) and not self.page.read_only and not self._busy)

    # -- fields -----------------------------------------------------------------------------

    def text(self, label: str, value: str = "", hint: str = "") -> ui.input:
        """Draw a field for one line."""
        field = ui.input(label, value=value).props("outlined dense")
        return self._field(field, hint)

    def lines(self, label: str, value: str = "", hint: str = "") -> ui.textarea:
        """Draw a field for several lines."""
        field = ui.textarea(label, value=value).props("outlined dense autogrow")
        return self._field(field, hint)

    def number(self, label: str, value: int, unit: str = "", hint: str = "") -> ui.number:
        """Draw a field for a whole number."""
        field = ui.number(label, value=value, precision=0, suffix=unit or None)
        return self._field(field.props("outlined dense"), hint)

    def choice(
        self,
        label: str,
        options: list[str] | dict[str, str],
        value: str | None = None,
        hint: str = "",
    ) -> ui.select:
        """Draw a choice of one."""
        field = ui.select(options, label=label, value=value).props("outlined dense options-dense")
        return self._field(field, hint)

    def several(self, label: str, options: dict[str, str], hint: str = "") -> ui.select:
        """Draw a choice of any number."""
        field = ui.select(options, label=label, multiple=True, value=[])
        return self._field(field.props("outlined dense options-dense use-chips"), hint)

    def suggestions(
        self, label: str, options: list[str], value: list[str] | None = None, hint: str = ""
    ) -> ui.select:
        """Draw a choice of several, to which others may be added by typing."""
        field = ui.select(
            options, label=label, value=value, multiple=True, new_value_mode="add-unique"
        )
        return self._field(field.props("outlined dense options-dense use-chips"), hint)

    def suggestion(
        self, label: str, options: list[str], value: str | None = None, hint: str = ""
    ) -> ui.select:
        """Draw a choice of one, where something else may be typed."""
        field = ui.select(options, label=label, value=value, new_value_mode="add-unique")
        return self._field(field.props("outlined dense options-dense"), hint)

    def tick(self, label: str, *, value: bool = False, hint: str = "") -> ui.checkbox:
        """Draw a choice of yes or no."""
        return self._field(ui.checkbox(label, value=value).props("dense"), hint)

    def code(self, value: str, language: Any, hint: str = "") -> ui.codemirror:
        """Draw an editor."""
        editor = ui.codemirror(
            value, language=language, theme="vscodeDark" if self.page.dark else "vscodeLight"
        )
        return self._field(editor, hint)

    def files(self, label: str) -> list[LocalFile]:
        """Draw a place to drop files on, and return the list that they come into."""
        dropped: list[LocalFile] = []

        async def take(event: UploadEventArguments) -> None:
            dropped.append(LocalFile(event.file.name, await event.file.read()))
            self.refresh()

        upload = ui.upload(
            label=label,
            multiple=True,
            auto_upload=True,
            max_file_size=LARGEST_FILE_BYTES,
            on_upload=take,
            on_rejected=lambda: self._complain(
                self.page.say(
                    "Larger than 64 MB: use the command line.", "ใหญ่กว่า 64 MB ให้ใช้ command line"
                )
            ),
        )
        upload.classes("drop-zone").props("flat bordered")
        return dropped

    def _field[F: ValueElement[Any]](self, field: F, hint: str) -> F:
        field.on_value_change(lambda _: self.refresh())
        field.classes("field")
        if hint:
            note(hint)
        return field

    # -- sending it -------------------------------------------------------------------------

    async def _submit(self) -> None:
        self._busy = True
        self._error.visible = False
        self._button.props("loading")
        try:
            answer: Answer = {}
            for call in self._ready:
                answer = await self.page.cloud.make(call)
        except ConsoleError as error:
            self._complain(self.page.explain(error))
        else:
            with self.page.overlay:  # the dialog may be gone before all of this is done
                await self._finish(answer)
            return
        self._busy = False
        self._button.props(remove="loading")
        self.refresh()

    async def _finish(self, answer: Answer) -> None:
        self._close()
        ui.notify(self._done or self.page.say("Done.", "เรียบร้อย"), type="positive")
        await self.page.refresh()
        following = self._then(answer) if self._then else None
        if following is not None:
            await following

    def _complain(self, sentence: str) -> None:
        self._error.text = sentence
        self._error.visible = True

    def _close(self) -> None:
        self._dialog.close()


def required(value: str | None, missing: str) -> str:
    """Return what a field says, without the spaces around it.

    Raises:
        IncompleteError: It says nothing.
    """
    text = (value or "").strip()
    if not text:
        raise IncompleteError(missing)
    return text


def decimal(value: str | None, missing: str) -> float:
    """Return the number that a field says.

    Raises:
        IncompleteError: It says none.
    """
    try:
        found = float((value or "").strip())
    except ValueError:
        raise IncompleteError(missing) from None
    if not math.isfinite(found):
        raise IncompleteError(missing)
    return found


def deletion(page: Page, title: str, said: str, calls: Sequence[Call], then: str = "") -> None:
    """Open the form that deletes something.

    Args:
        page: Where it is.
        title: As AWS's console names the action.
        said: What is gone afterwards, and what stays.
        calls: That delete it.
        then: The page to go to; none to stay.
    """
    with Form(
        page,
        title,
        submit="Delete",
        danger=True,
        then=lambda _: ui.navigate.to(then) if then else None,
    ) as form:
        note(said)
        form.makes(lambda: calls)

"""A definition as it is typed: its graph beside it, and what Step Functions says of it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from nicegui import ui

from console.asl import read_definition
from console.errors import ConsoleError
from console.parts.form import IncompleteError
from console.parts.graph import StateGraph
from console.parts.text import error_bar

if TYPE_CHECKING:
    from console.page import Page
    from console.parts.form import Form

VALIDATE_SECONDS: Final = 0.8
"""How long to let somebody type before the definition is checked."""


@dataclass
class Editor:
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

"""A policy as it is typed: its mistakes are marked in the text and told below it."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Final

from nicegui import ui

from console.language import in_language
from console.parts.form import IncompleteError
from console.parts.text import error_bar
from console.policies import Kind, Vocabulary, check, is_json, read_vocabulary

if TYPE_CHECKING:
    from console.cloud import Endpoint
    from console.page import Page
    from console.parts.form import Form

ACTIONS_PAGE: Final = "/_lab/iam/actions"
"""Where the lab lists the actions that exist; other endpoints do not."""

QUESTIONS: Final = 5
PAUSE_SECONDS: Final = 1
"""The lab works the list out when it is first asked, which may take longer than a page waits."""

_VOCABULARIES: Final[dict[str, Vocabulary]] = {}


async def vocabulary(endpoint: Endpoint) -> Vocabulary | None:
    """Return the actions that an endpoint knows; None where it does not say. Asked once."""
    if endpoint.url not in _VOCABULARIES:
        found = read_vocabulary(await endpoint.page(ACTIONS_PAGE))
        if found is None:
            return None
        _VOCABULARIES[endpoint.url] = found
    return _VOCABULARIES[endpoint.url]


class PolicyEditor:
    """An editor in a form.

    Args:
        page: Where it is.
        form: In which form.
        text: What it begins with.
        kind: What kind of policy it holds.
    """

    def __init__(self, page: Page, form: Form, text: str, *, kind: Kind) -> None:
        self._page = page
        self._kind: Kind = kind
        self._words: Vocabulary | None = None
        with ui.column().classes("live") as self.place:
            self._code = form.code(text, "JSON")
            self._said = ui.column().classes("live")
            ui.timer(0, self._learn, once=True)
        self._code.on_value_change(lambda _: self._mark())
        self._mark()

    @property
    def value(self) -> str:
        """The policy.

        Raises:
            IncompleteError: It is no JSON object.
        """
        text = self._code.value or ""
        if not is_json(text):
            raise IncompleteError(
                self._page.say("The policy is not JSON yet.", "policy ยังไม่เป็น JSON")
            )
        return text

    async def _learn(self) -> None:
        """Read the actions that exist, and look at the text again."""
        for _ in range(QUESTIONS):
            self._words = await vocabulary(self._page.cloud.endpoint)
            if self._words or self.place.is_deleted:
                break
            await asyncio.sleep(PAUSE_SECONDS)
        if not self.place.is_deleted:
            self._mark()

    def _mark(self) -> None:
        found = check(self._code.value or "", self._kind, self._words)
        self._code.decorations = [
            {"kind": "mark", "from": each.start, "to": each.end, "class": "wrong"}
            for each in found
            if each.start is not None and each.end
        ]
        self._said.clear()
        with self._said:
            for sentence in dict.fromkeys(
                in_language(self._page.language, each.en, each.th) for each in found
            ):
                error_bar(sentence)

"""One page in one browser tab: whose cloud it shows, in which language, and how it keeps up."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING
from urllib.parse import quote, urlencode

from nicegui import ui

from console.errors import ConsoleError, sentence
from console.language import Language, in_language, one_language_of

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from nicegui.element import Element

    from console.calls import Call
    from console.cloud import Answer, Cloud


@dataclass
class Tab:
    """A browser tab, which stays while pages follow each other in it.

    Args:
        is_seen: Whether it is in front: the browser says when somebody turns to another one.
    """

    is_seen: bool = True


@dataclass
class Page:
    """What the functions of a service draw on.

    Args:
        cloud: The account and region of the page.
        language: Of everything that explains; AWS's own names are English.
        service: Whose page it is, as in its address.
        query: What the address says after the question mark.
        dark: Whether it is dark.
        tab: Where it is shown.
    """

    cloud: Cloud
    language: Language
    service: str
    query: dict[str, str] = field(default_factory=dict)
    dark: bool = False
    tab: Tab = field(default_factory=Tab)
    overlay: Element = field(default_factory=lambda: ui.element("div"))
    """Where dialogs are drawn: what is around a button may be drawn anew while they are open."""

    refreshers: list[Callable[[], Awaitable[None]]] = field(default_factory=list)
    """What to look at again as soon as something was changed from this page."""

    @property
    def read_only(self) -> bool:
        """Whether this page may only look."""
        return self.cloud.endpoint.read_only

    def say(self, en: str, th: str) -> str:
        """Return the one of two texts that is in the page's language."""
        return in_language(self.language, en, th)

    def failure(self, error: str, cause: str) -> str:
        """Return how something failed, in the page's language where its cause is in both.

        Args:
            error: Its name.
            cause: What it said; empty for nothing.
        """
        said = one_language_of(cause, self.language)
        return f"{error}: {said}" if said else error

    def explain(self, error: ConsoleError) -> str:
        """Return an error's sentence in the page's language."""
        return sentence(error, self.language)

    def url(self, service: str, name: str = "", **query: str) -> str:
        """Return the address of a page in this account and region.

        Args:
            service: As in the address, for example `s3`.
            name: Of the page in that service; none for its first.
            query: What the page is about, for example `bucket`.
        """
        path = f"/{self.cloud.account}/{self.cloud.region}/{service}" + (f"/{name}" if name else "")
        return f"{path}?{urlencode(query, quote_via=quote)}" if query else path

    async def make(self, call: Call) -> Answer | None:
        """Make a call that was clicked for, tell how it went, and show what is so now.

        Returns:
            What AWS answered; None when it did not do it, which the page has then said.
        """
        try:
            answer = await self.cloud.make(call)
        except ConsoleError as error:
            ui.notify(self.explain(error), type="negative", multi_line=True, timeout=10_000)
            return None
        await self.refresh()
        return answer

    async def refresh(self) -> None:
        """Look again at all that the page shows."""
        for refresh in list(self.refreshers):
            await refresh()

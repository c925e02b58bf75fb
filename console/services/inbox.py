"""The inbox: the mails that the account has sent, where the emulator keeps them, as letters."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, Final

from nicegui import ui

from console.letters import parts_of
from console.parts.layout import card, page_head
from console.parts.live import Live
from console.parts.text import note
from console.service import Service
from console.showing import moment

if TYPE_CHECKING:
    from console.page import Page

MAILS_PAGE: Final = "/_aws/ses"
MOST_LETTERS: Final = 100


def inbox(page: Page) -> None:
    """Show the letters, the newest first."""
    with page_head("Inbox"):
        pass
    note(
        page.say(
            "What SNS would have mailed. Nothing leaves this machine.",
            "อีเมลที่ SNS จะส่งจริง ไม่มีอะไรออกจากเครื่องนี้",
        )
    )
    Live(page, lambda: _letters(page), lambda found: _draw_letters(page, found))


async def _letters(page: Page) -> list[dict[str, Any]] | None:
    """Return the mails of the account, the newest first; None where the endpoint shows none."""
    answer = await page.cloud.endpoint.page(MAILS_PAGE)
    if not isinstance(answer, dict):
        return None
    account = page.cloud.account
    own = [each for each in answer.get("messages", []) if each.get("Account", account) == account]
    return own[::-1]


def _draw_letters(page: Page, letters: list[dict[str, Any]] | None) -> None:
    if letters is None:
        note(page.say("This endpoint shows no mails.", "endpoint นี้ไม่มีหน้าแสดงอีเมล"))
        return
    if not letters:
        with card(page.say("No mail yet", "ยังไม่มีอีเมล")):
            note(
                page.say(
                    "Create a topic and a subscription, then publish.",
                    "สร้าง topic และ subscription แล้ว publish",
                )
            )
    for letter in letters[:MOST_LETTERS]:
        _draw_letter(page, letter)


def _draw_letter(page: Page, letter: dict[str, Any]) -> None:
    to = ", ".join(letter.get("Destination", {}).get("ToAddresses", ()))
    with ui.column().classes("letter"):
        ui.label(letter.get("Subject") or page.say("(no subject)", "(ไม่มีหัวข้อ)")).classes(
            "letter-subject"
        )
        note(f"{letter.get('Source', '')} → {to} · {_sent(letter)}")
        with ui.element("div").classes("letter-body"):
            for part, is_link in parts_of(
                (letter.get("Body") or {}).get("text_part") or "", page.cloud.endpoint.public_url
            ):
                _draw_part(part, is_link=is_link)


def _draw_part(part: str, *, is_link: bool) -> None:
    if not is_link:
        with ui.element("span"):
            ui.label(part).classes("inline")
        return
    with ui.element("a").classes("link") as anchor:
        anchor.props["href"] = part
        anchor.props["target"] = "_blank"
        anchor.props["rel"] = "noopener noreferrer"
        ui.label(part).classes("inline")


def _sent(letter: dict[str, Any]) -> str:
    """Return when a letter was sent; the page gives UTC without saying so."""
    try:
        return moment(datetime.fromisoformat(letter["Timestamp"]).replace(tzinfo=UTC))
    except (KeyError, ValueError):
        return ""


SERVICE = Service("inbox", "Inbox", "mail", {"": inbox})

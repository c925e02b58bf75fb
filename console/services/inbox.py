"""The inbox: the mails that the account has sent, where the emulator keeps them, as letters."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parseaddr
from functools import partial
from typing import TYPE_CHECKING, Any, Final

from nicegui import ui

from console.letters import parts_of
from console.parts.layout import card, page_head, plain_button
from console.parts.live import Live
from console.parts.text import note
from console.service import Service
from console.showing import moment

if TYPE_CHECKING:
    from console.page import Page

MAILS_PAGE: Final = "/_aws/ses"
MOST_LETTERS: Final = 100


@dataclass(frozen=True)
class Letter:
    """A mail or a text message.

    Args:
        id: By which it is known to have been read.
        sender: The name that people read, else the address.
        address: Of the sender.
        to: Addresses or a telephone number.
        subject: Empty for a text message.
        sent: When, as people read it.
        text: What it says.
    """

    id: str
    sender: str
    address: str
    to: str
    subject: str
    sent: str
    text: str

    @classmethod
    def from_page(cls, message: dict[str, Any]) -> Letter:
        """Return a letter from what the emulator's page says of it."""
        source = str(message.get("Source") or "")
        name, address = parseaddr(source)
        body = message.get("Body") or {}
        return cls(
            id=str(message.get("Id") or message.get("Timestamp")),
            sender=name or address or source,
            address=address,
            to=", ".join(message.get("Destination", {}).get("ToAddresses", ())),
            subject=str(message.get("Subject") or ""),
            sent=_sent(message),
            text=str(body.get("text_part") or body.get("html_part") or ""),
        )


def _sent(message: dict[str, Any]) -> str:
    """Return when a letter was sent; the page gives UTC without saying so."""
    try:
        return moment(datetime.fromisoformat(message["Timestamp"]).replace(tzinfo=UTC))
    except (KeyError, ValueError):
        return ""


def inbox(page: Page) -> None:
    """Show the letters, the newest first, and the one that is open."""
    _Inbox(page).draw()


async def read_letters(page: Page) -> list[Letter] | None:
    """Return the mails of the account, the newest first; None where the endpoint shows none."""
    answer = await page.cloud.endpoint.page(MAILS_PAGE)
    if not isinstance(answer, dict):
        return None
    account = page.cloud.account
    own = [each for each in answer.get("messages", []) if each.get("Account", account) == account]
    return [Letter.from_page(each) for each in own[::-1][:MOST_LETTERS]]


class _Inbox:
    """The list at the left, the letter at the right; on a small screen one of the two."""

    def __init__(self, page: Page) -> None:
        self._page = page
        self._open = page.query.get("letter", "")
        self._letters: list[Letter] = []

    def draw(self) -> None:
        page = self._page
        with page_head("Inbox"):
            plain_button(page.say("Mark all as read", "อ่านแล้วทั้งหมด"), self._read_all, "done_all")
        note(
            page.say(
                "What SNS would have sent. Nothing leaves this machine.",
                "อีเมลที่ SNS จะส่งจริง ไม่มีอะไรออกจากเครื่องนี้",
            )
        )
        self._empty = ui.column().classes("live")
        with ui.element("div").classes("mail") as self._mail:
            self._list = ui.element("div").classes("mail-list")
            self._list.props["aria-label"] = "Letters"
            self._letter = ui.column().classes("live")
        self._mail.visible = False
        Live(page, lambda: read_letters(page), self._show, in_place=True)

    def _show(self, letters: list[Letter] | None) -> None:
        page = self._page
        self._letters = letters or []
        self._mail.visible = bool(letters)
        self._empty.clear()
        with self._empty:
            if letters is None:
                note(page.say("This endpoint shows no mails.", "endpoint นี้ไม่มีหน้าแสดงอีเมล"))
            elif not letters:
                with card(page.say("No mail yet", "ยังไม่มีอีเมล")):
                    note(
                        page.say(
                            "Create a topic and a subscription, then publish.",
                            "สร้าง topic และ subscription แล้ว publish",
                        )
                    )
        self._draw_list()
        self._draw_letter()

    def _draw_list(self) -> None:
        read = self._page.cloud.read_letters
        unread = sum(each.id not in read for each in self._letters)
        ui.page_title(f"Inbox ({unread}) · Console" if unread else "Inbox · Console")
        self._list.clear()
        with self._list:
            for letter in self._letters:
                self._draw_item(letter, unread=letter.id not in read)

    def _draw_item(self, letter: Letter, *, unread: bool) -> None:
        with ui.element("button").classes("mail-item") as item:
            if unread:
                item.classes("mail-unread")
            if letter.id == self._open:
                item.classes("mail-here").props("aria-current=true")
            item.on("click", partial(self._choose, letter.id))
            ui.label(letter.sender).classes("mail-from")
            ui.label(letter.sent).classes("mail-time")
            ui.label(letter.subject or letter.text).classes("mail-subject")

    def _choose(self, identity: str) -> None:
        self._open = identity
        self._page.cloud.read_letters.add(identity)
        self._draw_list()
        self._draw_letter()

    def _read_all(self) -> None:
        self._page.cloud.read_letters.update(each.id for each in self._letters)
        self._draw_list()

    def _draw_letter(self) -> None:
        page = self._page
        letter = next((each for each in self._letters if each.id == self._open), None)
        self._mail.classes(
            add="mail-reading" if letter else "", remove="" if letter else "mail-reading"
        )
        self._letter.clear()
        with self._letter:
            if letter is None:
                note(page.say("Choose a letter.", "เลือกอีเมลที่จะอ่าน"))
                return
            plain_button(
                page.say("All letters", "อีเมลทั้งหมด"), lambda: self._choose(""), "arrow_back"
            ).classes("mail-back")
            _draw(page, letter)


def _draw(page: Page, letter: Letter) -> None:
    with ui.column().classes("letter").props("role=article"):
        ui.label(letter.subject or page.say("(no subject)", "(ไม่มีหัวข้อ)")).classes("letter-subject")
        sender = letter.sender
        if letter.address and letter.address != sender:
            sender = f"{sender} <{letter.address}>"
        note(f"{sender} → {letter.to} · {letter.sent}")
        with ui.element("div").classes("letter-body"):
            for part, is_link in parts_of(letter.text, page.cloud.endpoint.public_url):
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


SERVICE = Service("inbox", "Inbox", "mail", {"": inbox})

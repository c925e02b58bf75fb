"""What a role used of its permissions, what it was refused, and what it never used.

The lab keeps a journal of it; other endpoints have none, and the page then leaves it out.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final

from nicegui import ui

from console.parts.layout import action, card
from console.parts.table import Column, Row, Table
from console.parts.text import note, preformatted
from console.policies import allowing
from console.showing import pretty

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from console.page import Page

JOURNAL_PAGE: Final = "/_lab/iam"
NOT_GRANTED: Final = "no identity-based policy allows it"
"""The reason of a refusal, as the journal has it, against which a statement of the role helps."""


@dataclass
class Uses:
    """The journal of one role.

    Args:
        used: Each action with the last resource and how often, as the journal has it.
        refused: The same of what was refused, with the reason.
        unused: What its policies allow and nobody asked for.
    """

    used: list[dict[str, Any]] = field(default_factory=list)
    refused: list[dict[str, Any]] = field(default_factory=list)
    unused: list[dict[str, Any]] = field(default_factory=list)


async def read_uses(page: Page, role_arn: str) -> Uses | None:
    """Return the journal of a role; None where the endpoint keeps none."""
    answer = await page.cloud.endpoint.page(f"{JOURNAL_PAGE}?account={page.cloud.account}")
    return None if not isinstance(answer, dict) else uses_of(answer, role_arn)


def uses_of(journal: dict[str, Any], principal: str) -> Uses:
    """Return what the journal says of one principal."""
    found = Uses()
    counts: defaultdict[tuple[str, str], int] = defaultdict(int)
    for each in journal["uses"]:
        if each["principal"] != principal:
            continue
        if each["allowed"]:
            counts[each["action"], each["resource"]] += each["count"]
        else:
            found.refused.append(each)
    found.used = [
        {"action": action, "resource": resource, "count": count}
        for (action, resource), count in counts.items()
    ]
    found.unused = [
        each for each in journal["grants"] if each["principal"] == principal and not each["used"]
    ]
    return found


def draw_uses(
    page: Page, uses: Uses | None, allow: Callable[[dict[str, Any]], Awaitable[None]]
) -> None:
    """Draw the journal of a role.

    Args:
        page: Where.
        uses: The journal, if there is one.
        allow: Opens the form that adds a statement to the role.
    """
    if uses is None:
        return
    if uses.refused:
        with card("Refused"):
            for each in uses.refused:
                _draw_refusal(page, each, allow)
    with card("Used"):
        if not uses.used:
            note(page.say("Nothing yet.", "ยังไม่มี"))
        else:
            _table(page, [_used_row(n, each) for n, each in enumerate(uses.used)])
    with card("Never used"):
        note(
            page.say(
                "Granted, and nobody asked for it since the lab was started.",
                "ให้สิทธิ์ไว้ แต่ยังไม่มีใครใช้ตั้งแต่เปิดแล็บ",
            )
        )
        _table(page, [_unused_row(page, n, each) for n, each in enumerate(uses.unused)])


def _draw_refusal(
    page: Page, refused: dict[str, Any], allow: Callable[[dict[str, Any]], Awaitable[None]]
) -> None:
    is_lacking = refused["reason"] == NOT_GRANTED
    statement = allowing(refused["action"], refused["resource"])
    with ui.column().classes("letter"):
        with ui.element("div").classes("card-head"):
            ui.label(refused["action"]).classes("mono")
            note(f"× {refused['count']}")
            ui.space()
            if is_lacking:
                action(page, "Allow it", lambda: allow(statement))
        note(f"{refused['resource']} · {refused['reason']}")
        if is_lacking:
            note(page.say("This statement would allow it:", "statement นี้จะอนุญาต:"))
            preformatted(pretty(statement))
        else:
            note(page.say("Another Allow in this role does not help.", "เพิ่ม Allow ใน role นี้ก็ไม่ช่วย"))


def _table(page: Page, rows: list[Row]) -> None:
    table = Table(
        page,
        [
            Column("action", "Action", "code"),
            Column("resource", "Resource", minor=True),
            Column("said", page.say("Times", "จำนวนครั้ง")),
        ],
        key="id",
        empty=page.say("Nothing.", "ไม่มี"),
    )
    table.show(rows)


def _used_row(number: int, used: dict[str, Any]) -> Row:
    return {
        "id": number,
        "action": used["action"],
        "resource": used["resource"],
        "said": used["count"],
    }


def _unused_row(page: Page, number: int, grant: dict[str, Any]) -> Row:
    missing = page.say("there is no such action", "ไม่มี action นี้")
    return {
        "id": number,
        "action": grant["action"],
        "resource": ", ".join(grant["resources"]),
        "said": "0" if grant.get("exists", True) else missing,
    }

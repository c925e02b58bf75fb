"""Log lines: one row each, opened by a click, their text never markup."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from console.parts.table import QuietTable
from console.showing import as_json, moment

if TYPE_CHECKING:
    from console.page import Page

_ROW = """
<q-tr :props="props" :key="'m' + props.row.id" class="log-line" tabindex="0"
      :aria-expanded="props.expand"
      @click="props.expand = !props.expand" @keydown.enter="props.expand = !props.expand">
  <q-td class="log-at">{{ props.row.at }}</q-td>
  <q-td class="log-text">
    <span v-if="props.row.from" class="log-from">{{ props.row.from }}</span>
    <span :class="'log-' + props.row.tone">{{ props.row.message }}</span>
  </q-td>
</q-tr>
<q-tr v-show="props.expand" :props="props" :key="'e' + props.row.id"
      class="q-virtual-scroll--with-prev">
  <q-td colspan="100%"><div class="preformatted">{{ props.row.full }}</div></q-td>
</q-tr>"""

LONGEST_IN_A_ROW = 400
"""Characters of a line that is not open."""

LONGEST = 20_000
"""Characters of a line that is open."""

Event = dict[str, Any]


class Lines:
    """Log lines that are replaced while what is open stays open.

    Args:
        page: Where it is.
        empty: What to say when there is nothing.
    """

    def __init__(self, page: Page, empty: str) -> None:
        label = page.say("Timestamp", "เวลา")
        self._table = QuietTable(
            [
                {"name": "at", "label": label, "field": "at", "align": "left"},
                {"name": "message", "label": "Message", "field": "message", "align": "left"},
            ],
            "id",
            rows_per_page=0,
        ).classes("list log-lines")
        self._table.props("flat dense hide-pagination virtual-scroll")
        self._table.props["virtual-scroll-item-size"] = 28
        self._table.props["no-data-label"] = empty
        self._table.add_slot("body", _ROW)

    def show(self, events: list[Event], *, with_group: bool = False) -> None:
        """Show these lines instead.

        Args:
            events: As CloudWatch Logs answers them, each with `timestamp` and `message`.
            with_group: Whether to say where each is from: `group`, if it is there, else its stream.
        """
        self._table.rows = [_row(n, each, with_group) for n, each in enumerate(events)]

    def scroll_to_end(self) -> None:
        """Bring the last line into view."""
        last = len(self._table.rows) - 1
        self._table.client.run_javascript(f"showLastLine({self._table.id}, {last})")


def _row(number: int, event: Event, with_group: bool) -> Event:
    text = str(event["message"]).rstrip("\n")
    source = event.get("group") or event.get("logStreamName") or ""
    return {
        "id": event.get("eventId") or f"{number} {event['timestamp']}",
        "at": moment(event["timestamp"] / 1000),
        "from": source if with_group else "",
        "message": text[:LONGEST_IN_A_ROW],
        "full": as_json(text)[:LONGEST],
        "tone": _tone(text),
    }


def _tone(text: str) -> str:
    """Return how a line is coloured: by the level that Python's logging and Lambda write."""
    if "[ERROR]" in text or '"ERROR"' in text or "Task timed out" in text:
        return "bad"
    if "[WARNING]" in text or '"WARNING"' in text:
        return "warned"
    if text.startswith(("START ", "END ", "REPORT ", "INIT_START ")):
        return "quiet"
    return "plain"

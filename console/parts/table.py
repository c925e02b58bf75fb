"""A list of resources: sortable, searchable, in pages, its cells plain text."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

from nicegui import ui

if TYPE_CHECKING:
    from collections.abc import Callable

    from console.page import Page

ROWS_PER_PAGE = 25
SEARCHABLE = 8
"""Lists of fewer rows have no search field."""

Kind = Literal["text", "link", "state", "number", "code"]

_LINK = """
<q-td :props="props">
  <a v-if="props.row[props.col.name + '_url']" class="link"
     :href="props.row[props.col.name + '_url']">{{ props.value }}</a>
  <span v-else>{{ props.value }}</span>
</q-td>"""
_STATE = """
<q-td :props="props">
  <span class="state" :class="'state-' + props.row[props.col.name + '_tone']">
    {{ props.value }}
  </span>
</q-td>"""
_SLOTS = {"link": _LINK, "state": _STATE}

Row = dict[str, Any]


@dataclass(frozen=True)
class Column:
    """A column of a list.

    Args:
        name: Of the field in a row. A link has its address in `<name>_url`, a state its tone in
            `<name>_tone`.
        label: What stands above it, as AWS's console names it.
        kind: How its cells are shown.
        minor: Whether a narrow screen leaves it out.
    """

    name: str
    label: str
    kind: Kind = "text"
    minor: bool = False

    def as_quasar(self) -> dict[str, Any]:
        """Return the column as the table component takes it."""
        shown = "gt-xs" if self.minor else ""
        return {
            "name": self.name,
            "label": self.label,
            "field": self.name,
            "align": "right" if self.kind == "number" else "left",
            "sortable": True,
            "classes": f"{shown} cell-{self.kind}",
            "headerClasses": shown,
        }


class QuietTable(ui.table):
    """A table that sends its rows once.

    Quasar tells a table's pagination as soon as it has drawn it, and NiceGUI answers with the whole
    table again, also if the pagination is the one that the table was given. Where the list jumps to
    its end meanwhile, as that of log lines does, it may then show nothing.

    Args:
        columns: As Quasar takes them.
        row_key: Which field of a row is its own.
        rows_per_page: How many rows a page has; 0 for all of them.
        selection: Whether rows can be selected.
    """

    def __init__(
        self,
        columns: list[dict[str, Any]],
        row_key: str,
        *,
        rows_per_page: int,
        selection: bool = False,
    ) -> None:
        super().__init__(
            columns=columns,
            rows=[],
            row_key=row_key,
            selection="multiple" if selection else None,
            # All of it, as Quasar tells it.
            pagination={
                "sortBy": None,
                "descending": False,
                "page": 1,
                "rowsPerPage": rows_per_page,
            },
        )

    @property
    def pagination(self) -> dict[str, Any]:
        """Which page is shown, in which order."""
        return super().pagination

    @pagination.setter
    def pagination(self, value: dict[str, Any]) -> None:
        if value != self.props["pagination"]:
            self.props["pagination"] = value


class Table:
    """A list whose rows are replaced while its place, order and page stay.

    Args:
        page: Where it is.
        columns: From left to right.
        key: Which field of a row is its own.
        empty: What to say when there is nothing.
        on_select: Told of the selected rows; None for a list without selection.
    """

    def __init__(
        self,
        page: Page,
        columns: list[Column],
        *,
        key: str,
        empty: str,
        on_select: Callable[[list[Row]], None] | None = None,
    ) -> None:
        self._search = ui.input(placeholder=page.say("Find", "ค้นหา")).classes("search")
        self._search.props("dense outlined clearable").props("aria-label=Find")
        with self._search.add_slot("prepend"):
            ui.icon("search")
        self._table = QuietTable(
            [column.as_quasar() for column in columns],
            key,
            rows_per_page=ROWS_PER_PAGE,
            selection=on_select is not None,
        ).classes("list")
        self._table.props("flat dense")
        if on_select:
            self._table.on_select(lambda _: on_select(list(self._table.selected)))
        # Until the cloud has answered once, nobody knows that there is nothing.
        self._table.props["no-data-label"] = page.say("No answer yet.", "ยังไม่ได้คำตอบ")
        self._empty = empty
        self._table.props["no-results-label"] = page.say("Nothing matches.", "ไม่พบรายการที่ตรงกัน")
        self._search.bind_value_to(self._table, "filter", lambda text: text or "")
        for column in columns:
            if column.kind in _SLOTS:
                self._table.add_slot(f"body-cell-{column.name}", _SLOTS[column.kind])
        self._on_select = on_select
        self._key = key

    def show(self, rows: list[Row]) -> None:
        """Show these rows instead."""
        self._table.rows = rows
        self._table.props["no-data-label"] = self._empty
        self._table.props["hide-pagination"] = len(rows) <= ROWS_PER_PAGE
        self._search.visible = len(rows) >= SEARCHABLE
        if self._on_select and self._table.selected:
            there = {row[self._key] for row in rows}
            self._table.selected = [row for row in self._table.selected if row[self._key] in there]
            self._on_select(list(self._table.selected))

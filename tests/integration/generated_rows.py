"""Generated data rows, each built together with what must become of it.

Nothing here asks the functions: a row knows from how it was made why it does not count, or how much
it brings in. The rules are those of docs/csv-rules.md.
"""

from __future__ import annotations

import string
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from typing import TYPE_CHECKING

from hypothesis import strategies as st

from tests.integration.sales_files import HEADER

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from hypothesis.strategies import DrawFn, SearchStrategy

COLUMNS = tuple(HEADER.split(","))
REASONS = (
    *("ragged_row", "field_too_long", "missing_value"),
    *("bad_quantity", "bad_price", "bad_date"),
)
"""In the order of the rules: the first one broken gives the reason."""

LONGEST_CELL = 1000
NO_FAULT: tuple[tuple[str, ...], ...] = ((),)
FAULTS = (*((reason,) for reason in REASONS), REASONS[1:4], REASONS[2:], REASONS)
MIXED = (*NO_FAULT * 8, *FAULTS)
"""What a row's faults are drawn from: none, one, or several at once."""

_AROUND = ("",) * 12 + (" ", "  ", "\u00a0", "\u3000", "\t", "\n", "\r\n ")
_BLANKS = ("", " ", "\u00a0", "\t \u3000", "\n")
_THAI = "กขคงจชซญดตถทนบปผพมยรลวสหอะาิีึืุู่้๊๋์ไใเแโๆฯ฿๐๑๒"
_LETTERS = string.ascii_letters + string.digits + " .-_/&()'!#%$@:" + _THAI
_ODD_TEXTS = (
    *("=cmd|'/c calc'!A1", "+1+1", "-2+3", "@SUM(A1)", '=HYPERLINK("x")', "'5", "%s%n", "{{7*7}}"),
    *(
        '3" pipe',
        '"quoted"',
        'a"b"c',
        "a,b",
        "a;b",
        "a\tb",
        "a\nb",
        "a\r\nb",
        "a\rb",
        "null",
        "NaN",
    ),
    *("รก", "ÃÁ", "e\u0301", "😀", "\u200b", "\u202egnp", "a\u2028b", "x\u0085y\u0080z", "\ufeff"),
    *("\\", "\\n", "\\u0041", "__proto__", "x" * LONGEST_CELL, "ก" * LONGEST_CELL),
)


@dataclass(frozen=True, slots=True)
class Row:
    """One data row.

    Attributes:
        cells: As they stand in the file before quoting, in the header's order.
        values: The same, trimmed.
        reason: Why it does not count; None when it does.
        quantity: When it counts.
        revenue: In baht, when it counts.
    """

    cells: tuple[str, ...]
    values: tuple[str, ...] = ()
    reason: str | None = None
    quantity: Decimal = Decimal(0)
    revenue: Decimal = Decimal(0)


def texts() -> SearchStrategy[str]:
    """Text of any kind, not blank and without spaces at its ends."""
    return st.one_of(
        st.text(_LETTERS, min_size=1, max_size=12),
        st.sampled_from(_ODD_TEXTS),
        st.text(st.characters(exclude_categories=("Cs", "Cc", "Z")), min_size=1, max_size=8),
    ).filter(lambda text: text == text.strip() != "")


def spaced(text: str) -> SearchStrategy[str]:
    """The text, sometimes with spaces around it."""
    around = st.sampled_from(_AROUND)
    return st.tuples(around, around).map(lambda pair: f"{pair[0]}{text}{pair[1]}")


# Numbers and dates ----------------------------------------------------------------------------


def _digits(count: int) -> SearchStrategy[str]:
    return st.text("0123456789", min_size=count, max_size=count)


@st.composite
def _numbers(draw: DrawFn, most_places: int) -> str:
    """Up to nine digits before the point and so many behind it."""
    whole = draw(
        st.one_of(
            st.integers(0, 999).map(str),
            st.integers(1, 9).flatmap(_digits),
            st.just("9" * 9),
        )
    )
    places = draw(st.integers(0, most_places))
    return f"{whole}.{draw(_digits(places))}" if places else whole


def _in_digits_from(zero: str) -> Callable[[str], str]:
    digits = {ord("0") + value: ord(zero) + value for value in range(10)}
    return lambda text: text.translate(digits)


def _not_numbers(most_places: int) -> tuple[SearchStrategy[str], ...]:
    """The ways in which people write a number, or Python would read one, that the rules refuse."""
    whole = st.integers(1, 999_999).map(str)
    behind = (".", "e5", "E-2", " THB", "%", "..0", "_000")
    return (
        st.integers(1000, 9_999_999).map(lambda value: f"{value:,}.00"),
        st.sampled_from(("nan", "NaN", "inf", "-inf", "Infinity", "None", "NULL", "TRUE", "five")),
        st.sampled_from(("-", "฿", "1/2", ".5", "0x10", "0b1", "½", "²", "1\n2")),
        st.sampled_from("๐٠０").flatmap(lambda zero: whole.map(_in_digits_from(zero))),
        st.tuples(st.sampled_from("+=฿'$"), whole).map("".join),
        whole.map("-{}".format),
        st.tuples(whole, st.sampled_from(behind)).map("".join),
        st.tuples(whole, st.sampled_from((" ", "\u00a0", ".0.")), whole).map("".join),
        st.sampled_from(("1" * 10, "0" * 9 + "5")),
        _digits(most_places + 1).map("1.{}".format),
    )


_NOT_DATES: tuple[SearchStrategy[str], ...] = (
    st.dates().map(lambda day: f"{day.day:02d}/{day.month:02d}/{day.year:04d}"),
    st.dates().map(lambda day: day.isoformat().replace("-", "")),
    st.dates().map(lambda day: f"{day.isoformat()}T00:00:00"),
    st.dates().map(lambda day: f"0{day.isoformat()}"),
    st.dates().map(lambda day: _in_digits_from("๐")(day.isoformat())),
    st.integers(13, 99).map("2024-{}-01".format),
    st.sampled_from(("2023-02-29", "2024-02-30", "2024-04-31", "2024-00-10", "2024-01-00")),
    st.sampled_from(("0000-01-01", "2024-1-5", "24-01-05", "yesterday", "45306", "2024-W03-1")),
)
_BAD = {
    "quantity": (*_not_numbers(3), st.sampled_from(("0", "0.0", "000"))),
    "price": _not_numbers(4),
    "date": _NOT_DATES,
}
_GOOD: dict[str, SearchStrategy[str]] = {
    "quantity": _numbers(3).filter(lambda text: Decimal(text) > 0),
    "price": _numbers(4),
    "date": st.dates().map(str),
    # Looked for where no customer may be named, so it must occur nowhere else.
    "customer_name": st.integers(0, 10**9).map("สมชาย Unmistakable {}".format),
}


# Rows -----------------------------------------------------------------------------------------


@st.composite
def rows(
    draw: DrawFn,
    header: tuple[str, ...],
    among: tuple[tuple[str, ...], ...] = MIXED,
    bad: Mapping[str, tuple[SearchStrategy[str], ...]] = _BAD,
) -> Row:
    """A row under this header.

    Args:
        draw: Hypothesis's.
        header: The columns, the six and others; a nameless one is "".
        among: The sets of faults to draw from.
        bad: How a bad cell of each column may be written.
    """
    faults = draw(st.sampled_from(among))
    values = draw(_values(header, faults, bad))
    cells = [draw(spaced(value)) for value in values]
    if "ragged_row" in faults:
        cells[0] = "x"  # or what is left of the row could be blank, which is no row
        kept = draw(st.sampled_from([*range(1, len(header)), len(header)]))
        more = draw(st.lists(texts(), min_size=kept == len(header), max_size=2))
        cells = cells[:kept] + (more if kept == len(header) else [])
    if faults:
        return Row(tuple(cells), reason=min(faults, key=REASONS.index))
    quantity, price = (Decimal(values[header.index(name)]) for name in ("quantity", "price"))
    revenue = (quantity * price).quantize(Decimal("0.01"), ROUND_HALF_UP)
    return Row(tuple(cells), tuple(values), None, quantity, revenue)


@st.composite
def every_bad_cell(draw: DrawFn, header: tuple[str, ...]) -> list[Row]:
    """A row that counts, then one for each way in which a number or a date is refused."""
    data = [draw(rows(header, NO_FAULT))]
    for column, forms in _BAD.items():
        for form in forms:
            data.append(draw(rows(header, ((f"bad_{column}",),), {column: (form,)})))
    return data


@st.composite
def _values(
    draw: DrawFn,
    header: tuple[str, ...],
    faults: tuple[str, ...],
    bad: Mapping[str, tuple[SearchStrategy[str], ...]],
) -> list[str]:
    """The cells' values; each fault is in them, but for the number of cells."""

    def values_of(column: str) -> SearchStrategy[str]:
        if f"bad_{column}" in faults:
            return st.one_of(*bad[column])
        if column in COLUMNS:
            return _GOOD.get(column, texts())
        return texts() | st.sampled_from(_BLANKS)

    values = [draw(values_of(column)).strip() for column in header]
    if "missing_value" in faults:
        values[header.index(draw(st.sampled_from(COLUMNS)))] = draw(st.sampled_from(_BLANKS))
    if "field_too_long" in faults:
        length = draw(st.sampled_from((LONGEST_CELL + 1, LONGEST_CELL * 140)))
        values[draw(st.integers(0, len(header) - 1))] = "W" * length
    return values

"""Counts a sales file a second time, independently of the functions, to check their figures.

Deliberately plain: the whole file in memory, `csv` and `Decimal`. It follows the written rules in
docs/csv-rules.md, not the functions' code.
"""

from __future__ import annotations

import csv
import io
import re
from dataclasses import dataclass, field
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

_COLUMNS = ("order_id", "customer_name", "product", "quantity", "price", "date")
_SATANG = Decimal("0.01")
_LONGEST_CELL = 1000
_LONGEST_RECORD = 1024 * 1024
_MOST_LINES = 2_000_000
_MOST_COLUMNS = 256
_LONGEST_NAME = 100
_QUANTITY = re.compile(r"[0-9]{1,9}(\.[0-9]{1,3})?")
_PRICE = re.compile(r"[0-9]{1,9}(\.[0-9]{1,4})?")
_DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_BLANK_LINES = re.compile(r'\A(?:(?:[^\S\r\n]|[,;]|"[^\S\r\n]*")*[\r\n])*')
"""At the beginning: lines of spaces, separators and quotation marks with nothing between them."""


@dataclass
class Sold:
    """What was sold of one product: pieces, baht, rows."""

    quantity: Decimal = Decimal(0)
    revenue: Decimal = Decimal(0)
    orders: int = 0


@dataclass
class Recount:
    """The figures of one file.

    Attributes:
        rows: All data rows.
        valid: Those that count.
        revenue: In baht.
        products: What was sold, by product.
        refused: Numbers of the rows that do not count; the first data row is 1.
        customers: The names in the file, to be looked for where they must not be.
    """

    rows: int = 0
    valid: int = 0
    revenue: Decimal = Decimal(0)
    products: dict[str, Sold] = field(default_factory=dict)
    refused: list[int] = field(default_factory=list)
    customers: set[str] = field(default_factory=set)

    @property
    def mean(self) -> Decimal:
        """The mean revenue of a valid row."""
        return _rounded(self.revenue / self.valid) if self.valid else Decimal(0)


def recount(body: bytes) -> Recount:
    """Count a sales file.

    Raises:
        ValueError: It is no sales file: undecodable, malformed, too long, or without the columns.
    """
    text = _decoded(body)
    if _lines(text) > _MOST_LINES:
        raise ValueError("too many lines")
    try:
        records = _records(text)
        header = [name.strip() for name in next(records, [])]
        if len(header) > _MOST_COLUMNS or any(len(name) > _LONGEST_NAME for name in header):
            raise ValueError("too large a header")
        columns = {name: header.index(name) for name in _COLUMNS}
        found = Recount()
        for record in records:
            _count(found, [cell.strip() for cell in record], len(header), columns)
    except csv.Error as error:
        raise ValueError(str(error)) from error
    return found


def _decoded(body: bytes) -> str:
    if body.startswith((b"\xff\xfe", b"\xfe\xff")):
        return body.decode("utf-16")
    try:
        return body.decode("utf-8-sig")
    except UnicodeDecodeError:
        return body.decode("cp874")


def _lines(text: str) -> int:
    ends = text.count("\n") + text.count("\r") - text.count("\r\n")
    return ends + (not text.endswith(("\n", "\r")))


def _records(text: str) -> Iterator[list[str]]:
    """Yield the records with content, the header first."""
    csv.field_size_limit(_LONGEST_RECORD)
    table = _BLANK_LINES.sub("", text, count=1)
    reader = _reader(table, _delimiter(table))
    return (record for record in reader if any(cell.strip() for cell in record))


def _delimiter(table: str) -> str:
    """Return the delimiter under which the header shows most of the columns."""

    def shown(delimiter: str) -> int:
        try:
            header = next(_reader(table, delimiter), [])
        except csv.Error:
            return 0
        return len({cell.strip() for cell in header}.intersection(_COLUMNS))

    return max(",;\t", key=shown)


def _reader(table: str, delimiter: str) -> Iterator[list[str]]:
    return csv.reader(io.StringIO(table, newline=""), delimiter=delimiter, strict=True)


def _count(found: Recount, cells: list[str], width: int, columns: dict[str, int]) -> None:
    found.rows += 1
    if len(cells) == width:
        found.customers.add(cells[columns["customer_name"]])
    sale = _sale(cells, width, columns)
    if sale is None:
        found.refused.append(found.rows)
        return
    quantity, price = sale
    revenue = _rounded(quantity * price)
    found.valid += 1
    found.revenue += revenue
    sold = found.products.setdefault(cells[columns["product"]], Sold())
    sold.quantity += quantity
    sold.revenue += revenue
    sold.orders += 1


def _sale(cells: list[str], width: int, columns: dict[str, int]) -> tuple[Decimal, Decimal] | None:
    """Return quantity and price of a row, None when the row does not count."""
    if len(cells) != width or any(len(cell) > _LONGEST_CELL for cell in cells):
        return None
    row = {name: cells[position] for name, position in columns.items()}
    if not all(row.values()):
        return None
    if not (_QUANTITY.fullmatch(row["quantity"]) and _PRICE.fullmatch(row["price"])):
        return None
    quantity = Decimal(row["quantity"])
    if not quantity or not _is_day(row["date"]):
        return None
    return quantity, Decimal(row["price"])


def _is_day(text: str) -> bool:
    if not _DATE.fullmatch(text):
        return False
    try:
        date.fromisoformat(text)
    except ValueError:
        return False
    return True


def _rounded(amount: Decimal) -> Decimal:
    return amount.quantize(_SATANG, ROUND_HALF_UP)

"""The rules for data rows: which rows are sales, and why others are not."""

import re
from collections.abc import Sequence
from datetime import date
from functools import lru_cache
from operator import itemgetter
from typing import NamedTuple

from pipeline.errors import FileRejectedError
from pipeline.money import price_ten_thousandths, quantity_thousandths, revenue_satang
from pipeline.reasons import FileReason, RowReason
from pipeline.schema import REQUIRED_COLUMNS, missing_columns

MAX_CELL_CHARACTERS = 1000
_DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")


class Sale(NamedTuple):
    """A valid row.

    Attributes:
        cells: all its cells, trimmed, in the header's order.
        product: the product's name.
        quantity: in thousandths.
        revenue: in satang.
    """

    cells: list[str]
    product: str
    quantity: int
    revenue: int


class RowRejection(NamedTuple):
    """Why a row does not count.

    Attributes:
        reason: the first rule that it breaks.
        column: the schema's column that breaks it, or an empty string.
    """

    reason: RowReason
    column: str = ""


class RowRules:
    """The rules for rows under one header.

    Raises:
        FileRejectedError: `missing_columns`.
    """

    def __init__(self, header: Sequence[str]) -> None:
        missing = missing_columns(header)
        if missing:
            raise FileRejectedError(FileReason.MISSING_COLUMNS, columns=missing)
        self._width = len(header)
        self._required = itemgetter(*(header.index(column) for column in REQUIRED_COLUMNS))

    def read(self, record: list[str]) -> Sale | RowRejection:
        """Return a record's sale, or the first rule that it breaks."""
        if len(record) != self._width:
            return RowRejection(RowReason.RAGGED_ROW)
        cells = [cell.strip() for cell in record]
        if max(map(len, cells)) > MAX_CELL_CHARACTERS:
            return RowRejection(RowReason.FIELD_TOO_LONG)
        return self._sale(cells)

    def _sale(self, cells: list[str]) -> Sale | RowRejection:
        values: tuple[str, ...] = self._required(cells)
        if "" in values:
            return RowRejection(RowReason.MISSING_VALUE, REQUIRED_COLUMNS[values.index("")])
        _, _, product, quantity_text, price_text, date_text = values
        quantity = quantity_thousandths(quantity_text)
        if quantity is None:
            return RowRejection(RowReason.BAD_QUANTITY, "quantity")
        price = price_ten_thousandths(price_text)
        if price is None:
            return RowRejection(RowReason.BAD_PRICE, "price")
        if not is_calendar_date(date_text):
            return RowRejection(RowReason.BAD_DATE, "date")
        return Sale(cells, product, quantity, revenue_satang(quantity, price))


@lru_cache(maxsize=4096)
def is_calendar_date(text: str) -> bool:
    """Tell whether text is a real day written YYYY-MM-DD."""
    if not _DATE.fullmatch(text):
        return False
    try:
        date.fromisoformat(text)
    except ValueError:
        return False
    return True

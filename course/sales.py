"""Sales files made from a seed: each student has their own, and so their own right totals."""

import contextlib
import csv
import io
import random
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import Final

COLUMNS: Final = ("order_id", "customer_name", "product", "quantity", "price", "date")

_CUSTOMERS: Final = ("สมชาย ใจดี", "สมหญิง รักเรียน", "วิชัย มานะ", "นิดา สุขใจ", "ประสิทธิ์ ดีงาม")
_PRICES: Final = {
    "Widget A": Decimal("250.00"),
    "Widget B": Decimal("450.00"),
    "Widget C": Decimal("1200.00"),
}
_FIRST_DAY: Final = date(2024, 1, 15)


@dataclass(frozen=True)
class SalesFile:
    """A valid sales file and what it adds up to.

    Attributes:
        body: Its bytes, UTF-8.
        rows: How many orders it holds.
        revenue: Of all of them, in baht.
    """

    body: bytes
    rows: int
    revenue: Decimal


def sales_file(seed: bytes, rows: int) -> SalesFile:
    """Make a sales file; the same seed makes the same bytes.

    Args:
        seed: From `Sandbox.seed`.
        rows: How many orders.
    """
    chance = random.Random(seed)  # noqa: S311 - data for a lesson, no secret
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(COLUMNS)
    revenue = Decimal()
    for number in range(1, rows + 1):
        product = chance.choice(list(_PRICES))
        quantity = chance.randint(1, 20)
        day = _FIRST_DAY + timedelta(days=chance.randrange(28))
        revenue += quantity * _PRICES[product]
        writer.writerow(
            (
                f"ORD{number:03d}",
                chance.choice(_CUSTOMERS),
                product,
                quantity,
                _PRICES[product],
                day.isoformat(),
            )
        )
    return SalesFile(text.getvalue().encode(), rows, revenue)


def read_sales(body: bytes) -> SalesFile:
    """Return what a sales file adds up to, as far as its rows can be read."""
    rows = 0
    revenue = Decimal()
    for row in csv.DictReader(io.StringIO(body.decode("utf-8-sig", "replace"))):
        rows += 1
        with contextlib.suppress(ArithmeticError, KeyError, TypeError):
            revenue += Decimal(row["quantity"]) * Decimal(row["price"])
    return SalesFile(body, rows, revenue)

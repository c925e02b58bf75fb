"""Sales files made from a seed: the same seed gives the same bytes."""

import csv
import random
from collections.abc import Iterator
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path

HEADER = ("order_id", "customer_name", "product", "quantity", "price", "date")
PRODUCTS = {"Widget A": "250.00", "Widget B": "450.00", "Widget C": "1200.00"}
FIRST_NAMES = ("สมชาย", "สมหญิง", "วิชัย", "นิดา", "ประสิทธิ์", "มานี", "ปิติ", "ชูใจ")
LAST_NAMES = ("ใจดี", "รักเรียน", "มานะ", "สุขใจ", "ดีงาม", "ทองแท้", "ศรีสุข")
FIRST_DAY = date(2024, 1, 1)
DAYS = 366
MOST_PIECES = 20


def sales_rows(count: int, seed: int) -> Iterator[tuple[str, ...]]:
    """Yield rows of a year of sales."""
    chance = random.Random(seed)  # noqa: S311 - sample data, the same every time
    for number in range(1, count + 1):
        product = chance.choice(list(PRODUCTS))
        yield (
            f"ORD{number:07d}",
            f"{chance.choice(FIRST_NAMES)} {chance.choice(LAST_NAMES)}",
            product,
            str(chance.randint(1, MOST_PIECES)),
            PRODUCTS[product],
            str(FIRST_DAY + timedelta(days=chance.randrange(DAYS))),
        )


def write_sales(path: Path, count: int, seed: int) -> Decimal:
    """Write a sales file and return its total revenue.

    Args:
        path: Where; missing folders are made.
        count: Data rows.
        seed: Decides every value.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    revenue = Decimal(0)
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(HEADER)
        for row in sales_rows(count, seed):
            writer.writerow(row)
            revenue += Decimal(row[3]) * Decimal(row[4])
    return revenue

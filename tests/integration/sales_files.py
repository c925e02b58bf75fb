"""Sales files for the tests: the workshop's two, and generated ones whose totals are known."""

from __future__ import annotations

import random
from dataclasses import dataclass, field
from decimal import Decimal
from pathlib import Path

SAMPLES = Path(__file__).parents[2] / "samples"
SAMPLE_SALES = (SAMPLES / "sample_sales.csv").read_bytes()
BAD_SCHEMA = (SAMPLES / "bad_schema.csv").read_bytes()

HEADER, ROW, *_ = SAMPLE_SALES.decode().splitlines()
ONE_SALE = f"{HEADER}\n{ROW}\n"

SAMPLE_SUMMARY = {
    "total_rows": 5,
    "valid_rows": 5,
    "rejected_rows": 0,
    "total_revenue": 7200.00,
    "average_order_value": 1440.00,
    "product_breakdown": {
        "Widget A": {"quantity": 15, "revenue": 3750.00, "orders": 2},
        "Widget B": {"quantity": 5, "revenue": 2250.00, "orders": 2},
        "Widget C": {"quantity": 1, "revenue": 1200.00, "orders": 1},
    },
}
"""What the workshop says comes out of sample_sales.csv."""

CUSTOMER = "Somchai-Unmistakable"
"""A customer's name that occurs nowhere but in generated files: to be looked for in logs."""


@dataclass
class GeneratedSales:
    """A generated file and the figures that must come out of it."""

    body: bytes
    rows: int
    revenue: Decimal
    products: dict[str, Decimal] = field(default_factory=dict)


def sales_of(rows: int, *, seed: int) -> GeneratedSales:
    """Return a file of so many valid rows; the same seed gives the same bytes."""
    chosen = random.Random(seed)  # noqa: S311 - test data, no secret
    lines = [HEADER]
    revenue = Decimal(0)
    products: dict[str, Decimal] = {}
    for number in range(1, rows + 1):
        product = f"Widget {chosen.choice('ABCDEFGH')}"
        quantity = chosen.randint(1, 20)
        price = Decimal(chosen.randint(100, 500_000)) / 100
        day = f"2024-{chosen.randint(1, 12):02d}-{chosen.randint(1, 28):02d}"
        lines.append(f"ORD{number:07d},{CUSTOMER},{product},{quantity},{price:.2f},{day}")
        revenue += quantity * price
        products[product] = products.get(product, Decimal(0)) + quantity * price
    return GeneratedSales(("\n".join(lines) + "\n").encode(), rows, revenue, products)

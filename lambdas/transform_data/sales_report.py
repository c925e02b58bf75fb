"""The sales report: totals over a file's valid rows, and the JSON text of the result."""

import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from json.encoder import encode_basestring
from operator import itemgetter

from pipeline.money import baht, divided_half_up, pieces
from pipeline.reasons import row_sentence
from pipeline.rows import RowRejection, RowRules, Sale

MAX_PRODUCTS = 10_000
"""Bounds memory and the result's head; the totals count all products."""

MAX_REJECTED_ENTRIES = 1_000
"""Bounds memory and the result's head; `rejected_rows` counts all rows."""

MAX_DATA_BYTES = 512 * 1024 * 1024
"""Bounds the result: each of its rows repeats the names of all columns.

A file with only the six columns never gets there.
"""
_CHUNK_CHARACTERS = 256 * 1024

_to_json = json.JSONEncoder(ensure_ascii=False).encode


@dataclass
class ProductTotal:
    """The sales of one product: thousandths of pieces, satang, rows."""

    quantity: int = 0
    revenue: int = 0
    orders: int = 0

    def add(self, quantity: int, revenue: int) -> None:
        """Count one more row."""
        self.quantity += quantity
        self.revenue += revenue
        self.orders += 1

    def as_json(self) -> str:
        """Return the JSON text; money keeps its two places."""
        return (
            f'{{"quantity": {pieces(self.quantity)}, "revenue": {baht(self.revenue)}, '
            f'"orders": {self.orders}}}'
        )


@dataclass
class SalesReport:
    """Totals that grow while rows are read.

    Attributes:
        total_rows: rows read, valid or not.
        valid_rows: rows that are sales.
        omitted_rows: valid rows that are not in the data, because MAX_DATA_BYTES were written
            before. total_revenue: satang. products: by name, the first MAX_PRODUCTS of them.
        other_products: the sum of all others. rejected: row number and reason of the first
            MAX_REJECTED_ENTRIES refused rows.
    """

    total_rows: int = 0
    valid_rows: int = 0
    omitted_rows: int = 0
    total_revenue: int = 0
    products: dict[str, ProductTotal] = field(default_factory=dict)
    other_products: ProductTotal = field(default_factory=ProductTotal)
    rejected: list[tuple[int, RowRejection]] = field(default_factory=list)

    @property
    def rejected_rows(self) -> int:
        """Rows that are not valid, including those that are not listed."""
        return self.total_rows - self.valid_rows

    @property
    def average_order_value(self) -> int:
        """The mean revenue of a valid row in satang, halves rounded up."""
        if not self.valid_rows:
            return 0
        return divided_half_up(self.total_revenue, self.valid_rows)

    def rows_as_json(self, header: Sequence[str], records: Iterable[list[str]]) -> Iterator[bytes]:
        """Count all records and yield the JSON text of the valid ones, in chunks.

        The joined chunks are the members of an array, without its brackets. After MAX_DATA_BYTES
        rows are only counted.
        """
        rules = RowRules(header)
        text = _RowText(header)
        chunk: list[str] = []
        size = written = 0
        separator = ""
        for number, record in enumerate(records, start=1):
            self.total_rows = number
            sale = rules.read(record)
            if isinstance(sale, RowRejection):
                if len(self.rejected) < MAX_REJECTED_ENTRIES:
                    self.rejected.append((number, sale))
                continue
            self._count(sale)
            if written >= MAX_DATA_BYTES:
                self.omitted_rows += 1
                continue
            chunk.append(text.of(sale))
            size += len(chunk[-1])
            if size >= _CHUNK_CHARACTERS:
                rows = (separator + ",\n".join(chunk)).encode()
                yield rows
                chunk.clear()
                size = 0
                written += len(rows)
                separator = ",\n"
        if chunk:
            yield (separator + ",\n".join(chunk)).encode()

    def _count(self, sale: Sale) -> None:
        self.valid_rows += 1
        self.total_revenue += sale.revenue
        total = self.products.get(sale.product)
        if total is None:
            if len(self.products) < MAX_PRODUCTS:
                total = self.products[sale.product] = ProductTotal()
            else:
                total = self.other_products
        total.add(sale.quantity, sale.revenue)

    def head_as_json(self, job_id: str, source_file: str, processed_at: str) -> bytes:
        """Return the result's JSON text up to and including the bracket that opens `data`."""
        products = ",\n".join(
            f"      {_to_json(name)}: {total.as_json()}" for name, total in self.products.items()
        )
        others = (
            f',\n    "other_products": {self.other_products.as_json()}'
            if self.other_products.orders
            else ""
        )
        omitted = f'    "omitted_rows": {self.omitted_rows},\n' if self.omitted_rows else ""
        entries = ",\n".join(f"    {entry}" for entry in map(_to_json, self._rejected_entries()))
        rejected = f"[\n{entries}\n  ]" if entries else "[]"
        return (
            "{\n"
            f'  "job_id": {_to_json(job_id)},\n'
            f'  "source_file": {_to_json(source_file)},\n'
            f'  "processed_at": {_to_json(processed_at)},\n'
            '  "summary": {\n'
            f'    "total_rows": {self.total_rows},\n'
            f'    "valid_rows": {self.valid_rows},\n'
            f'    "rejected_rows": {self.rejected_rows},\n'
            f"{omitted}"
            f'    "total_revenue": {baht(self.total_revenue)},\n'
            f'    "average_order_value": {baht(self.average_order_value)},\n'
            f'    "product_breakdown": {{\n{products}\n    }}{others}\n'
            "  },\n"
            f'  "rejected": {rejected},\n'
            '  "data": [\n'
        ).encode()

    def _rejected_entries(self) -> Iterator[dict[str, int | str]]:
        for number, why in self.rejected:
            yield {
                "row": number,
                "reason": why.reason,
                "message": row_sentence(why.reason, why.column),
            }


TAIL = b"\n  ]\n}\n"


class _RowText:
    """Writes the rows of one header as JSON; a format string is twice as fast as an encoder."""

    def __init__(self, header: Sequence[str]) -> None:
        # A column without a name is not in the result; the computed revenue replaces a column
        # of that name.
        kept = [place for place, name in enumerate(header) if name not in {"", "revenue"}]
        self._kept = itemgetter(*kept)
        members = (_to_json(header[place]).replace("%", "%%") + ": %s" for place in kept)
        self._template = f'    {{{", ".join(members)}, "revenue": %s}}'

    def of(self, sale: Sale) -> str:
        return self._template % (
            *map(encode_basestring, self._kept(sale.cells)),
            baht(sale.revenue),
        )

"""What counts as a sale, and exact money."""

from decimal import ROUND_HALF_UP, Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.errors import FileRejectedError
from pipeline.money import (
    baht,
    divided_half_up,
    pieces,
    price_ten_thousandths,
    quantity_thousandths,
    revenue_satang,
)
from pipeline.reasons import (
    FileReason,
    RowReason,
    file_sentence,
    row_sentence,
)
from pipeline.rows import RowRejection, RowRules, Sale
from pipeline.schema import REQUIRED_COLUMNS

quantities = st.decimals("0.001", "999999999", places=3)
prices = st.decimals("0", "999999999", places=4)
SATANG = Decimal("0.01")


def outcome_of(**changes: str) -> Sale | RowRejection:
    row = {
        "order_id": "ORD001",
        "customer_name": "สมชาย",
        "product": "Widget A",
        "quantity": "5",
        "price": "250.00",
        "date": "2024-01-15",
        **changes,
    }
    return RowRules(list(row)).read(list(row.values()))


@given(quantities, prices)
def test_revenue_is_what_decimal_rounds_half_up(quantity: Decimal, price: Decimal) -> None:
    exact = (quantity * price).quantize(SATANG, ROUND_HALF_UP)
    units = quantity_thousandths(f"{quantity:f}"), price_ten_thousandths(f"{price:f}")
    assert units[0] is not None
    assert units[1] is not None
    assert Decimal(baht(revenue_satang(units[0], units[1]))) == exact


@given(st.integers(0, 10**15), st.integers(1, 10**6))
def test_the_mean_is_what_decimal_rounds_half_up(total: int, count: int) -> None:
    exact = (Decimal(total) / 100 / count).quantize(SATANG, ROUND_HALF_UP)
    assert Decimal(baht(divided_half_up(total, count))) == exact


@given(quantities)
def test_a_quantity_is_shown_without_idle_zeros(quantity: Decimal) -> None:
    units = quantity_thousandths(f"{quantity:f}")
    assert units is not None
    assert Decimal(pieces(units)) == quantity
    assert not pieces(units).endswith((".", ".0"))


NO_NUMBERS = [
    "nan", "inf", "-5", "+5", "1e5", "1_000", "1,200.00", "๕", "٣", "5.", ".5", "0x10", "5 0",
    "five", "1/2", "1234567890", "=1+1", "5\u200b", "−5", "฿5",
]  # fmt: skip


@pytest.mark.parametrize("text", [*NO_NUMBERS, "0", "0.000", "1.0001"])
def test_33_what_is_no_quantity_is_bad_quantity(text: str) -> None:
    assert outcome_of(quantity=text) == RowRejection(RowReason.BAD_QUANTITY, "quantity")


@pytest.mark.parametrize("text", [*NO_NUMBERS, "1.00001"])
def test_33_what_is_no_price_is_bad_price(text: str) -> None:
    assert outcome_of(price=text) == RowRejection(RowReason.BAD_PRICE, "price")


@pytest.mark.parametrize(
    ("quantity", "price", "satang"),
    [("5", "250.00", 125000), ("2.5", "0.01", 3), ("1", "0", 0), ("007", "1.005", 704)],
)
def test_what_is_a_number_counts(quantity: str, price: str, satang: int) -> None:
    sale = outcome_of(quantity=quantity, price=price)
    assert isinstance(sale, Sale)
    assert sale.revenue == satang


@pytest.mark.parametrize(
    "text", ["2023-02-29", "2024-13-01", "2024-00-10", "15/01/2024", "2024-1-5", "20240115",
             "2024-01-15T00:00", "0000-01-01", "๒๐๒๔-๐๑-๑๕", "2024-W03-1", "today"],
)  # fmt: skip
def test_33_what_is_no_day_is_bad_date(text: str) -> None:
    assert outcome_of(date=text) == RowRejection(RowReason.BAD_DATE, "date")


def test_a_leap_day_is_a_day() -> None:
    assert isinstance(outcome_of(date="2024-02-29"), Sale)


@pytest.mark.parametrize("column", REQUIRED_COLUMNS)
@pytest.mark.parametrize("blank", ["", "   ", "\u00a0"])
def test_33_a_blank_required_cell_is_missing_and_named(column: str, blank: str) -> None:
    assert outcome_of(**{column: blank}) == RowRejection(RowReason.MISSING_VALUE, column)


def test_33_a_row_with_more_or_fewer_cells_than_the_header_is_ragged() -> None:
    rules = RowRules(REQUIRED_COLUMNS)
    row = ["O", "n", "p", "1", "1", "2024-01-15"]
    assert rules.read(row[:-1]) == RowRejection(RowReason.RAGGED_ROW)
    assert rules.read([*row, "x"]) == RowRejection(RowReason.RAGGED_ROW)
    assert isinstance(rules.read(row), Sale)


def test_a_cell_of_1000_characters_is_the_longest() -> None:
    assert isinstance(outcome_of(product="ก" * 1000), Sale)
    assert outcome_of(product="ก" * 1001) == RowRejection(RowReason.FIELD_TOO_LONG)
    assert outcome_of(note="x" * 200_000) == RowRejection(RowReason.FIELD_TOO_LONG)


def test_cells_are_trimmed() -> None:
    sale = outcome_of(product="  Widget A ", quantity=" 5 ", price="\t250.00")
    assert isinstance(sale, Sale)
    assert sale.product == "Widget A"


def test_11_rows_without_a_required_column_are_refused_by_its_name() -> None:
    with pytest.raises(FileRejectedError) as caught:
        RowRules(["customer_name", "product", "quantity", "price", "date"])
    assert caught.value.rejection.details == {"columns": ["order_id"]}


@given(st.lists(st.text(max_size=12), min_size=6, max_size=6))
def test_any_row_is_a_sale_or_has_a_reason(record: list[str]) -> None:
    outcome = RowRules(REQUIRED_COLUMNS).read(record)
    assert isinstance(outcome, Sale) or outcome.reason in RowReason


@pytest.mark.parametrize("reason", FileReason)
def test_every_file_reason_has_a_thai_and_an_english_sentence(reason: FileReason) -> None:
    for details in ({}, {"columns": ["price"], "line": 3, "error_type": "X"}):
        thai, english = file_sentence(reason, details).split(" / ")
        assert any("ก" <= character <= "๛" for character in thai)
        assert english.isascii()
        assert "{" not in thai + english


@pytest.mark.parametrize("reason", RowReason)
def test_every_row_reason_has_a_thai_and_an_english_sentence(reason: RowReason) -> None:
    thai, english = row_sentence(reason, "price").split(" / ")
    assert any("ก" <= character <= "๛" for character in thai)
    assert english.isascii()

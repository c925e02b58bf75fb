"""Exact money and quantities as whole numbers, without binary fractions.

A strict pattern checks the text first: `float` and `Decimal` also read `nan`, `1e5`, `1_000` and
Thai digits.
"""

import re
from functools import lru_cache

_QUANTITY = re.compile(r"([0-9]{1,9})(?:\.([0-9]{1,3}))?")
_PRICE = re.compile(r"([0-9]{1,9})(?:\.([0-9]{1,4}))?")
_REVENUE_PER_SATANG = 100_000
"""A thousandth of a piece x a ten-thousandth of a baht."""


@lru_cache(maxsize=4096)
def quantity_thousandths(text: str) -> int | None:
    """Return a quantity above zero in thousandths, or None if the text is not one."""
    return _scaled(_QUANTITY, text, 3) or None


@lru_cache(maxsize=4096)
def price_ten_thousandths(text: str) -> int | None:
    """Return a price of zero or more in ten-thousandths of a baht, or None."""
    return _scaled(_PRICE, text, 4)


def _scaled(pattern: re.Pattern[str], text: str, places: int) -> int | None:
    match = pattern.fullmatch(text)
    if not match:
        return None
    whole, fraction = match.groups(default="")
    return int(whole + fraction.ljust(places, "0"))


def revenue_satang(quantity: int, price: int) -> int:
    """Return quantity x price in satang, halves rounded up (ROUND_HALF_UP).

    Args:
        quantity: In thousandths.
        price: In ten-thousandths of a baht.
    """
    return divided_half_up(quantity * price, _REVENUE_PER_SATANG)


def divided_half_up(amount: int, divisor: int) -> int:
    """Return amount / divisor for amounts of zero or more, halves rounded up."""
    return (2 * amount + divisor) // (2 * divisor)


def baht(satang: int) -> str:
    """Return an amount as a decimal number with two places: 720000 satang are `7200.00`."""
    return f"{satang // 100}.{satang % 100:02d}"


def pieces(thousandths: int) -> str:
    """Return a quantity as a decimal number without trailing zeros: 2500 is `2.5`."""
    whole, fraction = divmod(thousandths, 1000)
    return f"{whole}.{fraction:03d}".rstrip("0") if fraction else str(whole)

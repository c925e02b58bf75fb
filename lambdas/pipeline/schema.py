"""The columns a sales file must have."""

from collections.abc import Collection

REQUIRED_COLUMNS = ("order_id", "customer_name", "product", "quantity", "price", "date")


def missing_columns(columns: Collection[str]) -> list[str]:
    """Return the required columns that are not among `columns`, in the schema's order."""
    return [column for column in REQUIRED_COLUMNS if column not in columns]

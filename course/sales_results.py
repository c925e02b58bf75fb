"""What the pipeline has written of a file: results under processed/, whatever their shape."""

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from typing import Any, Final

from course.evidence import ROW_COUNTS, objects_in

REVENUES: Final = ("total_revenue", "revenue")
PREFIX: Final = "processed/"


@dataclass(frozen=True)
class SalesResult:
    """One object under processed/.

    Attributes:
        key: Where it is.
        parts: Every JSON object in it, the outermost first.
    """

    key: str
    parts: tuple[dict[str, Any], ...]

    @property
    def job_id(self) -> str:
        """The job that wrote it, as it says itself."""
        return str(self._first("job_id") or "")

    @property
    def rows(self) -> Any:
        """How many rows it tells of."""
        return self._first(*ROW_COUNTS)

    @property
    def revenue(self) -> Any:
        """What the rows add up to, as it tells."""
        return self._first(*REVENUES)

    def adds_up_to(self, rows: int, revenue: Decimal) -> bool:
        """Whether it tells of so many rows and this sum."""
        try:
            return bool(self.rows == rows) and Decimal(str(self.revenue)) == revenue
        except InvalidOperation:
            return False

    def _first(self, *names: str) -> Any:
        said = (part[name] for name in names for part in self.parts if name in part)
        return next(said, None)


def results(s3: Any, bucket: str, word: str) -> Iterator[SalesResult]:
    """Return the results in whose key a word stands.

    Args:
        s3: An S3 client.
        bucket: Where results are.
        word: Part of the key.
    """
    for page in s3.get_paginator("list_objects_v2").paginate(Bucket=bucket, Prefix=PREFIX):
        for each in page.get("Contents", ()):
            if word in each["Key"] and not each["Key"].endswith("/"):
                body = s3.get_object(Bucket=bucket, Key=each["Key"])["Body"].read()
                yield read_result(each["Key"], body)


def read_result(key: str, body: bytes) -> SalesResult:
    """Read a result; one that is no JSON has no parts."""
    return SalesResult(key, tuple(objects_in(body.decode("utf-8", "replace"))))

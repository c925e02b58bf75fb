"""What the pipeline has written of a file: results under processed/, whatever their shape."""

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from typing import Any, Final

from course.evidence import ROW_COUNTS, objects_in
from course.listing import listed

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

    def may_be_of(self, upload: str) -> bool:
        """Whether it tells of this key under uploads/; one that names no upload may be of any."""
        values = (value for part in self.parts for value in part.values())
        named = {each for each in values if isinstance(each, str) and each.startswith("uploads/")}
        return not named or upload in named

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
    for each in listed(s3, "list_objects_v2", "Contents", Bucket=bucket, Prefix=PREFIX):
        if word in each["Key"] and not each["Key"].endswith("/"):
            body = s3.get_object(Bucket=bucket, Key=each["Key"])["Body"].read()
            yield read_result(each["Key"], body)


def in_words(key: str, rows: Any, revenue: Any) -> str:
    """Say what a result tells: the same words for one that is wanted and for one that is there."""
    return f"{key}: total_rows {rows}, total_revenue {revenue}"


def read_result(key: str, body: bytes) -> SalesResult:
    """Read a result; one that is no JSON has no parts."""
    return SalesResult(key, tuple(objects_in(body.decode("utf-8", "replace"))))

"""CloudWatch's data points: rows of a database of its own, which only grows.

The rows are read after the instant of saving, while other threads write more: what is needed is how
many there were. So nobody may write between counting them and the instant.
"""

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from localstack.services.cloudwatch.cloudwatch_database_helper import CloudwatchDatabase

from lab_engine.cloudwatch.metrics.database import RECORDER, WRITING, store

_COLUMNS = {
    CloudwatchDatabase.TABLE_SINGLE_METRICS: 10,
    CloudwatchDatabase.TABLE_AGGREGATED_METRICS: 13,
}
TABLES = tuple(_COLUMNS)
Row = tuple[Any, ...]


@dataclass(frozen=True)
class Counted:
    """How far each table went at the instant of saving."""

    last: dict[str, int]

    def rows(self) -> dict[str, list[Row]]:
        """Return the rows there were."""
        if not self.last:
            return {}
        with sqlite3.connect(CloudwatchDatabase.METRICS_DB_READ_ONLY, uri=True) as connection:
            return {
                table: connection.execute(
                    f'SELECT * FROM "{table}" WHERE id <= ?',  # noqa: S608 - one of TABLES
                    (last,),
                ).fetchall()
                for table, last in self.last.items()
            }


@contextmanager
def counted() -> Iterator[Counted]:
    """Write what the recorder still has, count, and let nobody write meanwhile.

    What is recorded meanwhile stays with the recorder, and is taken at the instant itself.
    """
    with RECORDER.at_rest(), WRITING:
        yield Counted(_last_rows())


def _last_rows() -> dict[str, int]:
    if not Path(CloudwatchDatabase.METRICS_DB).exists():
        return {}
    with sqlite3.connect(CloudwatchDatabase.METRICS_DB_READ_ONLY, uri=True) as connection:
        return {
            table: connection.execute(f'SELECT max(id) FROM "{table}"').fetchone()[0] or 0  # noqa: S608 - one of TABLES
            for table in TABLES
        }


def check(saved: Any) -> None:
    """Refuse what is not rows of the tables.

    Raises:
        ValueError: It is not; the message is one line.
    """
    if not isinstance(saved, dict) or not saved.keys() <= set(TABLES):
        raise ValueError("its metrics are not those of CloudWatch")
    for table, rows in saved.items():
        if not all(_is_row(row, _COLUMNS[table]) for row in rows):
            raise ValueError("its metrics are not rows of numbers and names")


def _is_row(row: object, columns: int) -> bool:
    if not isinstance(row, list) or len(row) != columns:
        return False
    return all(value is None or isinstance(value, str | int | float) for value in row)


def pending() -> list[Any]:
    """Return what the recorder has not written yet."""
    return [list(each) for each in RECORDER.pending()]


def check_pending(saved: Any) -> None:
    """Refuse what the recorder does not keep so.

    Raises:
        ValueError, TypeError: It does not; the message is one line.
    """
    for account, region, namespace, datum in saved:
        names = (account, region, namespace)
        if not all(isinstance(name, str) for name in names) or not isinstance(datum, dict):
            raise ValueError("a data point is not a data point")


def put_back(saved: dict[str, list[Any]], unwritten: list[Any]) -> None:
    """Replace all data points."""
    RECORDER.discard()
    CloudwatchDatabase()  # makes the tables where there are none
    with WRITING, sqlite3.connect(CloudwatchDatabase.METRICS_DB) as connection:
        connection.execute("PRAGMA synchronous = OFF")
        for table in TABLES:
            connection.execute(f'DELETE FROM "{table}"')  # noqa: S608 - one of TABLES
            if rows := saved.get(table):
                marks = ",".join("?" * len(rows[0]))
                connection.executemany(
                    f'INSERT INTO "{table}" VALUES ({marks})',  # noqa: S608 - one of TABLES
                    rows,
                )
    for account, region, namespace, datum in unwritten:
        store(account, region, namespace, [datum])

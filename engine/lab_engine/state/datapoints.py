"""CloudWatch's data points: rows of a database of its own, which only grows.

The rows are read after the instant of saving, while other threads write more: what is needed is how
many there were. So nobody may write between counting them and the instant.
"""

import sqlite3
from collections.abc import Callable, Iterator, Mapping
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from localstack.services.cloudwatch.cloudwatch_database_helper import CloudwatchDatabase

from lab_engine.cloudwatch.metrics.database import RECORDER, WRITING, store
from lab_engine.state.codec import read_json, write_json

_COLUMNS = {
    CloudwatchDatabase.TABLE_SINGLE_METRICS: 10,
    CloudwatchDatabase.TABLE_AGGREGATED_METRICS: 13,
}
TABLES = tuple(_COLUMNS)
Row = tuple[Any, ...]
_CELLS = frozenset({str, int, float, type(None)})
_PAGE_ROWS = 2000


class RowPage:
    """A page of a table's rows, by their ids: when it is complete, it is written once.

    Args:
        table: The table.
        number: Which page of it.
    """

    def __init__(self, table: str, number: int) -> None:
        self._key = (table, number)
        self.digest = _NAMES.get(self._key, "")

    def pieces(self) -> Iterator[bytes]:
        """Yield the content: JSON."""
        table, number = self._key
        rows = _rows(table, number * _PAGE_ROWS, (number + 1) * _PAGE_ROWS)
        yield write_json(rows)

    def name(self, digest: str) -> None:
        """Note the name of the content."""
        self.digest = _NAMES[self._key] = digest


_NAMES: dict[tuple[str, int], str] = {}
"""The names of the pages that were written: rows do not change."""


@dataclass
class Counted:
    """How far each table went at the instant of saving.

    Attributes:
        last: The id of the last row, by table.
        pages: The complete pages, by table.
    """

    last: dict[str, int]
    pages: dict[str, list[RowPage]] = field(init=False)

    def __post_init__(self) -> None:
        """Find the complete pages."""
        self.pages = {
            table: [RowPage(table, number) for number in range(last // _PAGE_ROWS)]
            for table, last in self.last.items()
        }

    def written(self) -> dict[str, Any]:
        """Return what a state says of the rows: the names of the pages, and the rows after them."""
        return {
            table: {
                "pages": [page.digest for page in pages],
                "rows": _rows(table, len(pages) * _PAGE_ROWS, self.last[table]),
            }
            for table, pages in self.pages.items()
        }


def _rows(table: str, after: int, last: int) -> list[Row]:
    """Return the rows with these ids, in their order."""
    with sqlite3.connect(CloudwatchDatabase.METRICS_DB_READ_ONLY, uri=True) as connection:
        return connection.execute(
            f'SELECT * FROM "{table}" WHERE id > ? AND id <= ? ORDER BY id',  # noqa: S608 - one of TABLES
            (after, last),
        ).fetchall()


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


def forget_pages(clear: Callable[..., Any], *args: object) -> Any:
    """Forget the names of the pages when the tables are emptied."""
    _NAMES.clear()
    return clear(*args)


def keep_names(written: Mapping[str, Any]) -> None:
    """Take up the names of the pages of a state that was put back and whose contents stay."""
    for table, parts in written.items():
        _NAMES.update({(table, number): name for number, name in enumerate(parts["pages"])})


def read(saved: Any, content: Callable[[str], bytes]) -> bytes:
    """Return a database with the rows, as the bytes of its file.

    Args:
        saved: What `Counted.written` has made.
        content: Returns a content by its name.

    Raises:
        ValueError, LookupError, TypeError: It is something else; the message is one line.
    """
    if not isinstance(saved, dict) or not saved.keys() <= set(TABLES):
        raise ValueError("its metrics are not those of CloudWatch")
    tables, indexes = _schema()
    with closing(sqlite3.connect(":memory:")) as made:
        try:
            for statement in tables:
                made.execute(statement)
            for table, written in saved.items():
                for name in written["pages"]:
                    _insert(made, table, read_json(content(name)))
                _insert(made, table, written["rows"])
            for statement in indexes:  # sorting once is faster than keeping in order
                made.execute(statement)
        except (sqlite3.Error, OverflowError) as error:
            raise ValueError("its metrics do not fit into CloudWatch's tables") from error
        made.commit()
        return made.serialize()


def _schema() -> tuple[list[str], list[str]]:
    """Return the statements that make LocalStack's tables, and those that make their indexes."""
    CloudwatchDatabase()  # makes them where there are none
    with closing(sqlite3.connect(CloudwatchDatabase.METRICS_DB_READ_ONLY, uri=True)) as present:
        statements = present.execute("SELECT type, sql FROM sqlite_master").fetchall()
    tables = [statement for kind, statement in statements if kind == "table"]
    return tables, [statement for kind, statement in statements if kind == "index"]


def _insert(database: sqlite3.Connection, table: str, rows: list[Any]) -> None:
    if not all(_is_row(row, _COLUMNS[table]) for row in rows):
        raise ValueError("its metrics are not rows of numbers and names")
    marks = ",".join("?" * _COLUMNS[table])
    database.executemany(f'INSERT INTO "{table}" VALUES ({marks})', rows)  # noqa: S608 - one of TABLES


def _is_row(row: object, columns: int) -> bool:
    if not isinstance(row, list) or len(row) != columns:
        return False
    return _CELLS.issuperset(map(type, row))


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


def put_back(database: bytes, unwritten: list[Any]) -> None:
    """Replace all data points.

    Args:
        database: What `read` has returned.
        unwritten: What the recorder had not written yet.
    """
    RECORDER.discard()
    _NAMES.clear()
    file = Path(CloudwatchDatabase.METRICS_DB)
    draft = file.with_suffix(".draft")
    draft.write_bytes(database)
    with WRITING:  # LocalStack opens the file for each reading and writing
        draft.replace(file)
    for account, region, namespace, datum in unwritten:
        store(account, region, namespace, [datum])

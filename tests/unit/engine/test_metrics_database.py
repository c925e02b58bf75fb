import sqlite3
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from localstack.services.cloudwatch.cloudwatch_database_helper import CloudwatchDatabase

from lab_engine.cloudwatch.metrics import database

MAKE_TABLES = CloudwatchDatabase.__init__
NOW = datetime(2026, 11, 27, 12, 0, 0, tzinfo=UTC)
DIMENSIONS = [{"Name": "FunctionName", "Value": "csv-validator"}]
QUERY = {
    "MetricStat": {
        "Metric": {"Namespace": "AWS/Lambda", "MetricName": "Errors", "Dimensions": DIMENSIONS},
        "Period": 10,
        "Stat": "Sum",
    }
}


class Steps:
    """Counts the steps of SQLite's own machine, which is work that no other load changes."""

    def __init__(self) -> None:
        self.count = 0

    def connect(self, *args: Any, **kwargs: Any) -> sqlite3.Connection:
        connection = sqlite3.Connection(*args, **kwargs)
        connection.set_progress_handler(self._step, 1)
        return connection

    def _step(self) -> None:
        self.count += 1


@pytest.fixture
def tables(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> CloudwatchDatabase:
    """An empty database, made as the plugin makes it."""
    file = tmp_path / "metrics.db"
    monkeypatch.setattr(CloudwatchDatabase, "CLOUDWATCH_DATA_ROOT", str(tmp_path))
    monkeypatch.setattr(CloudwatchDatabase, "METRICS_DB", str(file))
    monkeypatch.setattr(CloudwatchDatabase, "METRICS_DB_READ_ONLY", f"file:{file}?mode=ro")
    made = CloudwatchDatabase.__new__(CloudwatchDatabase)
    database.make_tables_alone(MAKE_TABLES, made)
    return made


def add(tables: CloudwatchDatabase, moment: datetime, count: int, function: str) -> None:
    datum = {
        "MetricName": "Errors",
        "Dimensions": [{"Name": "FunctionName", "Value": function}],
        "Timestamp": moment,
        "Value": 1.0,
    }
    database.add_metric_data(
        tables, "000000000000", "ap-southeast-1", "AWS/Lambda", [datum] * count
    )


def steps_of_last_minute(tables: CloudwatchDatabase, monkeypatch: pytest.MonkeyPatch) -> int:
    steps = Steps()
    with monkeypatch.context() as patched:
        patched.setattr(sqlite3, "connect", steps.connect)
        found = database.get_metric_data_stat(
            tables,
            "000000000000",
            "ap-southeast-1",
            QUERY,
            NOW - timedelta(minutes=1),
            NOW,
            "TimestampAscending",
        )
    assert sum(found["values"]) == 3
    return steps.count


def test_reading_a_minute_of_a_series_takes_no_more_work_when_there_is_much_else(
    tables: CloudwatchDatabase, monkeypatch: pytest.MonkeyPatch
) -> None:
    add(tables, NOW - timedelta(seconds=30), 3, "csv-validator")
    alone = steps_of_last_minute(tables, monkeypatch)

    add(tables, NOW - timedelta(hours=1), 2_000, "csv-validator")
    add(tables, NOW - timedelta(seconds=30), 2_000, "parse-csv")

    assert steps_of_last_minute(tables, monkeypatch) <= alone + 20

"""What is older than AWS keeps it does not come back; all else does."""

from datetime import UTC, datetime, timedelta
from types import SimpleNamespace
from typing import Any

from lab_engine.state.retention import forget_executions, forget_lines

NOW = datetime(2026, 11, 26, 20, 0, tzinfo=UTC)


def line(days_ago: float) -> Any:
    at = NOW - timedelta(days=days_ago)
    return SimpleNamespace(timestamp=int(at.timestamp() * 1000))


def group(retention_days: int | None, *days_ago: float) -> Any:
    stream = SimpleNamespace(events=list(map(line, days_ago)))
    return SimpleNamespace(retention_in_days=retention_days, streams={"one": stream})


def test_lines_older_than_the_group_keeps_them_are_forgotten() -> None:
    kept = group(14, 20, 14.01, 13.99, 1)

    assert forget_lines([kept], NOW) == 2
    assert kept.streams["one"].events == [line(13.99), line(1)]


def test_a_group_without_retention_keeps_all_lines() -> None:
    forever = group(None, 4000, 1)

    assert forget_lines([forever], NOW) == 0
    assert len(forever.streams["one"].events) == 2


def test_executions_that_ended_90_days_ago_are_forgotten_and_running_ones_never() -> None:
    executions = {
        "old": SimpleNamespace(stop_date=NOW - timedelta(days=91)),
        "recent": SimpleNamespace(stop_date=NOW - timedelta(days=89)),
        "running": SimpleNamespace(stop_date=None),
    }

    assert forget_executions(executions, NOW) == 1
    assert executions.keys() == {"recent", "running"}

"""A plugin of pytest: leaves out what cannot run here, and writes down each result as it comes.

It is loaded into the suite's own pytest, in the suite's own environment: nothing of the lab is
there to import.
"""

import json
import os
import time
from pathlib import Path
from typing import Any

import pytest

RESULTS = Path(os.environ["LAB_CONFORMANCE_RESULTS"])
RUN = os.environ["LAB_CONFORMANCE_RUN"]
LONGEST_REASON = 4000

BY_MARKER = {
    "requires_docker": "needs Docker",
    "requires_in_process": "needs LocalStack in the process of the tests",
    "requires_in_container": "needs LocalStack in a container",
    "resource_heavy": "is too heavy by LocalStack's own mark",
    "skip_offline": "needs the internet",
}
DOWNLOADED = {
    "dynamodb": "needs DynamoDB, which LocalStack downloads",
    "kinesis": "needs Kinesis, which LocalStack downloads",
    "opensearch": "needs OpenSearch, which LocalStack downloads",
}
BY_FIXTURE = {
    **(DOWNLOADED if os.environ["LAB_CONFORMANCE_DOWNLOADS"] != "on" else {}),
    "ecs": "needs ECS, which is not in this edition",
    "kafka": "needs Kafka, which is not in this edition",
}


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Skip what would fail for a reason that has nothing to do with what is measured."""
    for item in items:
        reason = _cannot_run(item)
        if reason:
            item.add_marker(pytest.mark.skip(reason=reason))


def _cannot_run(item: pytest.Item) -> str | None:
    for marker, reason in BY_MARKER.items():
        if item.get_closest_marker(marker):
            return reason
    words = {
        word
        for name in (*getattr(item, "fixturenames", ()), item.name.partition("[")[0])
        for word in name.lower().split("_")
    }
    words.update(part.lower() for part in item.path.stem.split("_"))
    return next((reason for word, reason in BY_FIXTURE.items() if word in words), None)


_running: dict[str, dict[str, Any]] = {}


def pytest_runtest_logreport(report: pytest.TestReport) -> None:
    """Collect set-up, call and tear-down of a test; the line is written at its end."""
    if (
        str(report.outcome) == "rerun"
    ):  # by the suite's own wish: a test that it knows to be unsteady
        _running.pop(report.nodeid, None)
        return
    result = _running.setdefault(
        report.nodeid,
        {"test": report.nodeid, "run": RUN, "outcome": "passed", "seconds": 0.0, "why": ""},
    )
    result["seconds"] += report.duration
    if report.failed:
        result["outcome"] = "failed"
        result["why"] = (result["why"] + report.longreprtext)[-LONGEST_REASON:]
    elif report.skipped:
        result["outcome"] = "xfailed" if hasattr(report, "wasxfail") else "skipped"
        result["why"] = _reason(report)
    if report.when == "teardown":
        result["seconds"] = round(result["seconds"], 2)
        result["at"] = round(time.time())
        with RESULTS.open("a", encoding="utf-8") as file:
            file.write(json.dumps(_running.pop(report.nodeid)) + "\n")


def _reason(report: pytest.TestReport) -> str:
    """Why a test was skipped, without the place in the source."""
    if isinstance(report.longrepr, tuple):
        return str(report.longrepr[2]).removeprefix("Skipped: ")
    return str(getattr(report, "wasxfail", ""))

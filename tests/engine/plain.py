"""The plain run: each gap that the plugin closes is there without it.

A test with the marker `gap` shows one of them and passes with the plugin. `pytest --plain` starts
LocalStack without what closes the gaps and runs just these tests, and each must fail, with the
words that its marker gives: a strict xfail. So the run fails when a test passes, and also when it
fails for another reason: a fixture that broke, a lab that did not come up, a deadline for something
else.

    @pytest.mark.gap("s3", "every event has a sequencer of its own", plain="assert 1 == 3")

The marker's arguments are the place in `engine/lab_engine` that closes the gap, as in the table of
docs/differences.md; what is true with the plugin; and a regular expression for the failure without.
"""

import re
from collections.abc import Generator
from typing import Any

import pytest
from botocore.exceptions import ClientError

from tests.engine import waiting

FAILURES = (AssertionError, pytest.fail.Exception, ClientError)
"""What a gap shows itself by: a failed assertion, or LocalStack's own answer to the test's call."""

PATIENCE = 2.0
"""Seconds to wait for what should not come; with the plugin it is there in one."""

NOT_RUN = "NOT RUN"
"""How the reason begins of a skip that is no failure here either: the machine lacks a program."""

_WIDTH = 120


class PlainRun:
    """The hooks of pytest that turn a run into a plain one."""

    def __init__(self) -> None:
        self._lines: dict[str, list[str]] = {}

    def pytest_sessionstart(self) -> None:
        waiting.patience = PATIENCE

    def pytest_collection_modifyitems(
        self, config: pytest.Config, items: list[pytest.Item]
    ) -> None:
        others = [item for item in items if not item.get_closest_marker("gap")]
        config.hook.pytest_deselected(items=others)
        items[:] = [item for item in items if item.get_closest_marker("gap")]
        for item in items:
            _demand_failure(item)

    @pytest.hookimpl(wrapper=True, tryfirst=True)
    def pytest_runtest_makereport(
        self, call: pytest.CallInfo[None]
    ) -> Generator[None, pytest.TestReport, pytest.TestReport]:
        report = yield
        is_shown = call.when == "call" and hasattr(report, "wasxfail")
        is_let_off = report.skipped and NOT_RUN in str(report.longrepr)
        # A test that was skipped, or a fixture that broke.
        if report.skipped and not is_shown and not is_let_off:
            report.outcome = "failed"
            vars(report).pop("wasxfail", None)  # or pytest would not count the failure
        return report

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        if report.when != "call" and not report.failed:
            return
        properties = dict(report.user_properties)
        told = _told(report, str(properties["plain"]))
        line = f"{'NOT SHOWN' if report.failed else 'shown'}: {told}"
        self._lines.setdefault(str(properties["gap"]), []).append(line)

    def pytest_terminal_summary(self, terminalreporter: pytest.TerminalReporter) -> None:
        terminalreporter.section("what plain LocalStack does instead")
        for gap, lines in sorted(self._lines.items()):
            terminalreporter.line(gap)
            for line in dict.fromkeys(lines):
                times = f" (in {lines.count(line)} tests)" if lines.count(line) > 1 else ""
                terminalreporter.line(f"    {line}{times}")


def _demand_failure(item: pytest.Item) -> None:
    marker = item.get_closest_marker("gap")
    assert marker
    failure = pytest.RaisesExc(FAILURES, match=marker.kwargs["plain"])
    item.add_marker(pytest.mark.xfail(raises=failure, strict=True))
    item.user_properties.append(("gap", ": ".join(marker.args)))
    item.user_properties.append(("plain", marker.kwargs["plain"]))


def _told(report: pytest.TestReport, plain: str) -> str:
    """What the marker asks for, as it stands in the failure, or else the failure's beginning."""
    crash: Any = getattr(report.longrepr, "reprcrash", None)
    text = str(crash.message if crash else report.longreprtext)
    found = re.search(rf"(?m)(?:^|(?<=\s))[^\n]{{0,60}}({plain})[^\n]{{0,60}}", text)
    return (found[0] if found else text.strip()[:_WIDTH]).strip()

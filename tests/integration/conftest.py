"""The running lab that integration tests share.

`LAB_ENDPOINT` names a lab that is up already (in Docker or not; `LAB_PROFILE` says which numbers it
was provisioned with, `quick` unless told). It may be another implementation of AWS with the
pipeline in it: what needs a lab is skipped there. Without it a local lab is started on a free port,
with a home of its own, and stopped at the end, whatever happened.
"""

from __future__ import annotations

import os
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from lab.launch.environment import lab_settings
from lab.launch.ports import free_port
from lab.launch.readiness import read_readiness
from tests.integration.lab_under_test import LAB_ONLY, LabUnderTest
from tests.integration.reliability_table import ReliabilityTable

if TYPE_CHECKING:
    from collections.abc import Iterator


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add the option that keeps count of fault and load tests."""
    parser.addoption(
        "--reliability-table",
        type=Path,
        metavar="PAGE",
        help="add the results of the fault and load tests to the table in this page",
    )


def pytest_configure(config: pytest.Config) -> None:
    """Keep count, where that was asked for."""
    page = config.getoption("--reliability-table")
    if page is not None:
        config.pluginmanager.register(ReliabilityTable(page.absolute()))


def pytest_runtest_setup(item: pytest.Item) -> None:
    """Leave out, at another implementation of AWS, what does not use the lab that is given."""
    endpoint = os.environ.get("LAB_ENDPOINT")
    fixtures: list[str] = getattr(item, "fixturenames", [])
    if endpoint and "lab" not in fixtures and not _is_a_lab(endpoint):
        pytest.skip(f"{LAB_ONLY}: it starts labs of its own")


@cache
def _is_a_lab(endpoint: str) -> bool:
    return read_readiness(endpoint).answers


@pytest.fixture(scope="session")
def lab(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LabUnderTest]:
    """A provisioned lab, shared by the whole session: tests keep to names of their own."""
    profile = os.environ.get("LAB_PROFILE", "quick")
    variables = lab_settings(profile)
    endpoint = os.environ.get("LAB_ENDPOINT")
    if endpoint:
        yield LabUnderTest.at(endpoint, profile, variables)
        return

    from lab.launch.local import LocalLauncher  # noqa: PLC0415 - a given lab runs already

    port = free_port()
    launcher = LocalLauncher(port=port, home=tmp_path_factory.mktemp("lab"), profile=profile)
    try:
        launcher.start()
        yield LabUnderTest.at(launcher.endpoint, profile, variables)
    finally:
        launcher.stop()

"""Each implementation of AWS, started once, with the pipeline in it."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterator

import pytest

from tests.implementations.implementations import Implementation
from tests.implementations.life import Life
from tests.integration.lab_under_test import LabUnderTest

LifeOn = Callable[[Implementation], Life]
GO_ON = "--go-on"
WRITE_TABLE = "--write-table"


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add the options of the integration tests on other implementations."""
    parser.addoption(
        GO_ON,
        action="store_true",
        help="run only the modules of integration tests that have no results yet",
    )
    parser.addoption(
        WRITE_TABLE,
        action="store_true",
        help="write the tables of integration tests into docs/implementations.md",
    )


@pytest.fixture(scope="session")
def life_on(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LifeOn]:
    """Return the pipeline on an implementation, which is started and provisioned when asked for."""
    lives: dict[str, Life] = {}
    with contextlib.ExitStack() as running:

        def life_on(implementation: Implementation) -> Life:
            name = implementation.name
            if name not in lives:
                folder = tmp_path_factory.mktemp(name.split()[0])
                endpoint = running.enter_context(implementation.serve(folder))
                lives[name] = Life(implementation, LabUnderTest.at(endpoint))
                lives[name].live()
            return lives[name]

        yield life_on

"""The lab that the course is played in, and accounts in it: each step has some of its own.

`LAB_ENDPOINT` names a lab that is up already; without it a local one is started with profile quick
on a free port and stopped at the end.
"""

import hashlib
import os
from collections.abc import Callable, Iterator
from dataclasses import dataclass

import pytest

from course.library import open_library
from course.resources import Resource, inventory
from course.sandbox import Sandbox
from course.step import Step
from lab.launch.ports import free_port
from provision.changes import Changes

WRITE_TRANSCRIPTS = "--write-transcripts"


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add the option that writes the golden transcripts anew."""
    parser.addoption(
        WRITE_TRANSCRIPTS,
        action="store_true",
        help="write each mistake's transcripts instead of comparing them",
    )


@pytest.fixture(scope="session")
def endpoint(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of a lab."""
    given = os.environ.get("LAB_ENDPOINT")
    if given:
        yield given.rstrip("/")
        return

    from lab.launch.local import LocalLauncher  # noqa: PLC0415 - a given lab runs already

    launcher = LocalLauncher(
        port=free_port(),
        home=tmp_path_factory.mktemp("lab"),
        profile="quick",
        variables={"LAB_CONFIRM_EMAIL": "ask"},  # week 4 teaches to confirm, and not to forget it
    )
    try:
        launcher.start()
        yield launcher.endpoint
    finally:
        launcher.stop()


@pytest.fixture(scope="session")
def account(endpoint: str) -> Callable[[str], Sandbox]:
    """An account for a purpose, the same each time it is asked for in this run."""

    def of(purpose: str) -> Sandbox:
        digits = int(hashlib.sha256(f"{os.getpid()}/{purpose}".encode()).hexdigest(), 16)
        number = f"{digits % 10**12:012}"
        return Sandbox(endpoint=endpoint, account=number, pace="quick")

    return of


@pytest.fixture(scope="session")
def begun(account: Callable[[str], Sandbox]) -> Callable[[Step], Sandbox]:
    """An account in which all is done that a step needs, and not the step itself.

    It is the one in which `solved` solves the step: what wants it as it is now must come first.
    """
    known: dict[str, Sandbox] = {}

    def of(step: Step) -> Sandbox:
        if step.id not in known:
            sandbox = account(step.id)
            for each in open_library().before(step):
                each.solve(sandbox, Changes())
            known[step.id] = sandbox
        return known[step.id]

    return of


@dataclass(frozen=True)
class Solved:
    """An account in which a step is done, and the resources that its solution made there.

    Who breaks something in it mends it by solving again.
    """

    sandbox: Sandbox
    made: frozenset[Resource]


@pytest.fixture(scope="session")
def solved(begun: Callable[[Step], Sandbox]) -> Callable[[Step], Solved]:
    """An account in which a step is done."""
    known: dict[str, Solved] = {}

    def of(step: Step) -> Solved:
        if step.id not in known:
            sandbox = begun(step)
            before = inventory(sandbox)
            step.solve(sandbox, Changes())
            known[step.id] = Solved(sandbox, frozenset(inventory(sandbox) - before))
        return known[step.id]

    return of

"""The lab that the course is played in, and accounts in it: each step has some of its own.

`LAB_ENDPOINT` names a lab that is up already; without it a local one is started with profile quick
on a free port and stopped at the end.
"""

import os
from collections.abc import Callable, Iterator
from dataclasses import dataclass

import pytest

from course.library import open_library
from course.resources import Resource, inventory, wipe
from course.sandbox import Sandbox
from course.step import Step
from lab.launch.ports import free_port
from provision.changes import Changes
from tests.course.accounts import sandbox_for
from tests.course.shards import Shard, by_step, group, seconds_of_groups

WRITE_TRANSCRIPTS = "--write-transcripts"
SHARD = "--shard"


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add the options that write the golden transcripts anew, and that choose a shard."""
    parser.addoption(
        WRITE_TRANSCRIPTS,
        action="store_true",
        help="write each mistake's transcripts instead of comparing them",
    )
    parser.addoption(
        SHARD,
        metavar="N/M",
        type=Shard.read,
        help="run the Nth of M shards of what is chosen; commit/M: another one with each commit",
    )


@pytest.hookimpl(trylast=True)  # when -m and -k have chosen
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Put together what is about one step, and leave out what is in other shards."""
    items[:] = by_step(items)
    shard: Shard | None = config.getoption(SHARD)
    if shard is not None:
        groups = shard.of_groups(seconds_of_groups(items))
        config.hook.pytest_deselected(items=[each for each in items if group(each) not in groups])
        items[:] = [each for each in items if group(each) in groups]


def pytest_report_collectionfinish(config: pytest.Config, items: list[pytest.Item]) -> str:
    """Say which shard it is, so that it can be run again."""
    shard: Shard | None = config.getoption(SHARD)
    return f"shard {shard}: {', '.join(dict.fromkeys(map(group, items)))}" if shard else ""


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

    return lambda purpose: sandbox_for(endpoint, purpose)


@pytest.fixture(scope="session")
def begun(account: Callable[[str], Sandbox]) -> Callable[[Step], Sandbox]:
    """An account in which all is done that a step needs, and not the step itself.

    It is the one in which `solved` solves the step: what wants it as it is now must come first.
    The tests of a step follow each other, so the account of the step before is emptied.
    """
    known: dict[str, Sandbox] = {}

    def of(step: Step) -> Sandbox:
        if step.id not in known:
            while known:
                wipe(known.popitem()[1])
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

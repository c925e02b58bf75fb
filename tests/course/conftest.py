"""The lab that the course is played in, and accounts in it: each step has some of its own.

`LAB_ENDPOINT` names a lab that is up already; without it a local one is started with profile quick
on a free port and stopped at the end.
"""

import os
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

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
_FOLDER = Path(__file__).parent


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
    # pytest hands over the tests of all folders.
    course = [each for each in items if each.path.is_relative_to(_FOLDER)]
    others = [each for each in items if not each.path.is_relative_to(_FOLDER)]
    shard: Shard | None = config.getoption(SHARD)
    groups = {group(each) for each in course}
    if shard is not None:
        groups = shard.of_groups(seconds_of_groups(course))
        config.hook.pytest_deselected(items=[each for each in course if group(each) not in groups])
    items[:] = [*others, *by_step([each for each in course if group(each) in groups])]


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


@dataclass(frozen=True)
class Solved:
    """An account in which a step is done.

    Who breaks something in it mends it by solving again.

    Attributes:
        sandbox: The account.
        before: What it held before the step was solved.
    """

    sandbox: Sandbox
    before: frozenset[Resource]

    def made(self) -> list[Resource]:
        """Return what the step's solution made, as it is called now.

        A subscription that was made again has another name.
        """
        return sorted(inventory(self.sandbox) - self.before)


class Stage:
    """The account in which one step after the other is begun and solved.

    The next step goes on in it where it needs all that was done there; otherwise the account is
    emptied, and another one is made with just what that step needs.
    """

    def __init__(self, account: Callable[[str], Sandbox]) -> None:
        self._account = account
        self._sandbox: Sandbox | None = None
        self._done: set[str] = set()
        self._step: Step | None = None
        self._solved: Solved | None = None

    def begun(self, step: Step) -> Sandbox:
        """An account in which all is done that a step needs, and not the step itself.

        It is the one in which `solved` solves the step: what wants it as it is now comes first.
        """
        if self._sandbox is None or self._step != step:
            self._sandbox = self._go_on_to(step, self._sandbox)
            self._step = step
        return self._sandbox

    def _go_on_to(self, step: Step, sandbox: Sandbox | None) -> Sandbox:
        needed = open_library().before(step)
        if sandbox is not None and not self._done <= {each.id for each in needed}:
            wipe(sandbox)
            sandbox = None
        if sandbox is None:
            sandbox, self._done = self._account(step.id), set()
        for each in needed:
            # The last one once more: a test of it that failed may have left it broken.
            if each.id not in self._done or each == self._step:
                each.solve(sandbox, Changes())
                self._done.add(each.id)
        self._solved = None
        return sandbox

    def solved(self, step: Step) -> Solved:
        """The same account with the step done."""
        sandbox = self.begun(step)
        if self._solved is None:
            before = frozenset(inventory(sandbox))
            step.solve(sandbox, Changes())
            self._done.add(step.id)
            self._solved = Solved(sandbox, before)
        return self._solved


@pytest.fixture(scope="session")
def stage(account: Callable[[str], Sandbox]) -> Stage:
    """Where the steps are played, one after the other."""
    return Stage(account)


@pytest.fixture(scope="session")
def begun(stage: Stage) -> Callable[[Step], Sandbox]:
    """An account in which all is done that a step needs."""
    return stage.begun


@pytest.fixture(scope="session")
def solved(stage: Stage) -> Callable[[Step], Solved]:
    """An account in which a step is done."""
    return stage.solved

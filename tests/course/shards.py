"""The proofs of the course in shards of about the same length: CI runs one of them at each landing.

What shares an account stays in one shard: all about a step, or all of a file whose tests have none
of their own.
"""

import argparse
import subprocess
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final, Self

import pytest

from course.library import open_library
from lab.paths import REPOSITORY

BY_COMMIT: Final = "commit"

TAKES_SECONDS: Final = {
    "test_before": 21.0,
    "test_solving_twice": 4.0,
    "test_a_mistake": 10.0,
    "test_each_resource": 6.0,
    "test_the_experiment": 13.0,
    "test_the_commands_in_the_texts": 330.0,
    "test_a_stack": 180.0,
    "test_the_finished_pipeline": 22.0,
    "test_a_student_begins": 240.0,
    "test_a_finished_pipeline": 180.0,
    "test_a_command_that_was_killed": 150.0,
    "test_what_is_handed_in": 50.0,
    "test_a_trap": 60.0,
    "": 9.0,
}
"""About how many seconds a test takes whose name begins so: the first that fits. Means of a run of
all, two beside each other on two cores that had much else to do (7,100 s in all)."""


_OWN_ACCOUNT: Final = frozenset({"student", "session"})
"""Fixtures that make an account for one test."""


@dataclass(frozen=True)
class Shard:
    """One of several shards.

    Attributes:
        number: Which, from 1 on.
        of: How many there are.
    """

    number: int
    of: int

    @classmethod
    def read(cls, text: str) -> Self:
        """Read `3/20`, the third of twenty, or `commit/20`, another one with each commit.

        Raises:
            argparse.ArgumentTypeError: It is neither.
        """
        chosen, _, of = text.partition("/")
        if not of.isdecimal() or not int(of):
            message = f"{text!r} is no shard: 3/20 is the third of twenty, commit/20 changes"
            raise argparse.ArgumentTypeError(message)
        if chosen == BY_COMMIT:
            return cls(commits_so_far() % int(of) + 1, int(of))
        if not chosen.isdecimal() or not 1 <= int(chosen) <= int(of):
            message = f"{text!r} is no shard: there are 1/{of} to {of}/{of}, and commit/{of}"
            raise argparse.ArgumentTypeError(message)
        return cls(int(chosen), int(of))

    def __str__(self) -> str:
        """Return it as it is told on the command line."""
        return f"{self.number}/{self.of}"

    def of_groups(self, costs: Mapping[str, float]) -> set[str]:
        """Return the groups that are in this shard: the same ones each time.

        The dearest group first goes where least is so far.

        Args:
            costs: About how long each group takes, seconds.
        """
        full: dict[int, float] = dict.fromkeys(range(1, self.of + 1), 0.0)
        found: dict[int, set[str]] = defaultdict(set)
        for group in sorted(costs, key=lambda name: (-costs[name], name)):
            least = min(full, key=lambda number: (full[number], number))
            full[least] += costs[group]
            found[least].add(group)
        return found[self.number]


def commits_so_far() -> int:
    """Count the commits that lead to this one: a shallow clone knows its last ones only."""
    git = ["git", "-C", str(REPOSITORY), "rev-list", "--count", "HEAD"]
    return int(subprocess.run(git, capture_output=True, text=True, check=True).stdout)


def by_step(items: Sequence[pytest.Item]) -> list[pytest.Item]:
    """Let the tests of a step follow each other, in the order of the course."""
    steps = [step.id for step in open_library().everything]
    ordered = iter(
        sorted(
            (each for each in items if _parameter(each, "step")),
            key=lambda each: steps.index(_parameter(each, "step").id),
        )
    )
    return [next(ordered) if _parameter(each, "step") else each for each in items]


def group(item: pytest.Item) -> str:
    """Name what a test shares an account with: a step, a question, a file, or itself alone."""
    for name in ("step", "question"):
        if about := _parameter(item, name):
            return str(about.id)
    alone = _parameter(item, "week") or _OWN_ACCOUNT.intersection(getattr(item, "fixturenames", ()))
    return item.name if alone else item.path.stem


def seconds_of_groups(items: Iterable[pytest.Item]) -> dict[str, float]:
    """Say about how long the tests of each group take together."""
    sums: dict[str, float] = defaultdict(float)
    for each in items:
        sums[group(each)] += next(
            (s for name, s in TAKES_SECONDS.items() if each.name.startswith(name))
        )
    return sums


def _parameter(item: pytest.Item, name: str) -> Any:
    callspec = getattr(item, "callspec", None)
    return callspec.params.get(name) if callspec else None

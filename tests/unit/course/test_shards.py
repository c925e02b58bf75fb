"""The shards of the course's proofs: together they are all of them, and each about as long."""

import argparse

import pytest

from tests.course import shards
from tests.course.shards import Shard

COSTS = {f"week{week}/{step}": float(week * step) for week in range(1, 5) for step in range(1, 9)}


def test_every_group_is_in_exactly_one_shard() -> None:
    found = [group for number in range(1, 6) for group in Shard(number, 5).of_groups(COSTS)]
    assert sorted(found) == sorted(COSTS)


def test_shards_are_about_equally_long() -> None:
    long = [sum(COSTS[group] for group in Shard(n, 5).of_groups(COSTS)) for n in range(1, 6)]
    assert max(long) - min(long) < 0.2 * max(long)


def test_as_many_commits_as_shards_lead_through_all_of_them(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    chosen = set()
    for commits in range(349, 354):
        monkeypatch.setattr(shards, "commits_so_far", lambda commits=commits: commits)
        chosen.add(Shard.read("commit/5").number)
    assert chosen == {1, 2, 3, 4, 5}


@pytest.mark.parametrize("text", ["", "3", "0/5", "6/5", "x/5", "1/0", "commit/", "commit/x"])
def test_what_is_no_shard_is_refused_with_what_is_one(text: str) -> None:
    with pytest.raises(argparse.ArgumentTypeError, match="no shard"):
        Shard.read(text)

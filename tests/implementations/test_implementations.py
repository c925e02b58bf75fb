"""The pipeline on three implementations of AWS: the lab, MiniStack and moto server.

What is plain AWS works on all of them by the same calls. What one of them lacks stands in
`implementations.py`, each with its reason; an entry that is no longer true fails here.
"""

from __future__ import annotations

import json
import re
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING

import pytest

from tests.implementations.implementations import IMPLEMENTATIONS, LAB, OTHERS, Implementation
from tests.integration.everything import everything_in
from tests.integration.sales_files import BAD_SCHEMA, SAMPLE_SALES
from tests.waiting import wait_until

if TYPE_CHECKING:
    from tests.implementations.conftest import LifeOn
    from tests.integration.lab_under_test import LabUnderTest, Upload

pytestmark = [pytest.mark.implementations, pytest.mark.timeout(600)]

MOST = 55
"""Of 64 resources; some are right from the beginning, such as the public access of a bucket."""
BURST = 50
WARM_UP = 1, 5, 20
BURST_SECONDS = 240
DESTROY_SECONDS = 60
_JOB_ID = re.compile(r"/ Job:\s*(\S+)")

on_each = pytest.mark.parametrize("where", IMPLEMENTATIONS, ids=lambda each: each.name)
on_each_with_bursts = pytest.mark.parametrize(
    "where", [each for each in IMPLEMENTATIONS if not each.no_burst], ids=lambda each: each.name
)
on_each_other = pytest.mark.parametrize("where", OTHERS, ids=lambda each: each.name)


@on_each
def test_the_provisioner_runs_and_again_changes_nothing(
    where: Implementation, life_on: LifeOn
) -> None:
    runs = life_on(where).runs
    first, again = runs["apply"], runs["apply again"]
    assert (first.status, again.status) == (0, 0), (first.last, again.last)
    assert first.last["done"]["changed"] > MOST
    assert again.last["done"]["changed"] == len(where.forgets)
    [planned] = runs["plan"].told
    changes = [*planned["create"], *planned["update"], *planned["replace"]]
    assert {each["resource"] for each in changes} == set(where.forgets)


@on_each_with_bursts
def test_of_a_burst_each_file_has_one_outcome_and_one_notification(
    where: Implementation, life_on: LifeOn
) -> None:
    lab = life_on(where).lab
    # Some start a process for each file at once, and take minutes for that where none runs yet.
    outcomes = [
        outcome
        for files in (*WARM_UP, BURST)
        for outcome in lab.outcomes_of(_uploaded(lab, files), within=BURST_SECONDS)
    ]
    kinds = Counter(outcome.kind for outcome in outcomes[-BURST:])
    assert kinds == {"processed": BURST * 4 // 5, "failed": BURST // 5}
    jobs = Counter(outcome.job_id for outcome in outcomes)
    told: Counter[str] = Counter()

    def all_are_told() -> bool:
        told.update(_jobs_told_of(lab))
        return told.keys() >= jobs.keys()

    wait_until("a notification of each job", all_are_told, seen=lambda: jobs.keys() - told.keys())
    told.update(_jobs_told_of(lab))
    assert told == jobs


def _uploaded(lab: LabUnderTest, files: int) -> list[Upload]:
    """Put so many files at once, a fifth of them without the columns."""
    with ThreadPoolExecutor() as uploaders:
        return list(uploaders.map(lambda number: _upload(lab, number), range(files)))


def _upload(lab: LabUnderTest, number: int) -> Upload:
    return lab.upload(f"{number}.csv", SAMPLE_SALES if number % 5 else BAD_SCHEMA)


def _jobs_told_of(lab: LabUnderTest) -> list[str]:
    """Take all that is in the queue for integrations; the jobs that it is about."""
    sqs, url = lab.client("sqs"), lab.notifications.url
    jobs = []
    while messages := sqs.receive_message(
        QueueUrl=url, MaxNumberOfMessages=10, WaitTimeSeconds=1
    ).get("Messages"):
        for message in messages:
            found = _JOB_ID.search(json.loads(message["Body"])["Message"])
            jobs += [found[1]] if found else []
            sqs.delete_message(QueueUrl=url, ReceiptHandle=message["ReceiptHandle"])
    return jobs


@on_each
def test_destroying_leaves_nothing_and_it_comes_up_again(
    where: Implementation, life_on: LifeOn
) -> None:
    life = life_on(where)
    assert life.left == []
    assert life.runs["destroy"].status == 0
    assert life.runs["apply after destroy"].last["done"]["changed"] > MOST


@on_each_other
@pytest.mark.parametrize("run", ["apply", "apply again", "plan", "destroy"])
def test_the_calls_are_those_that_are_made_on_the_lab(
    where: Implementation, run: str, life_on: LifeOn
) -> None:
    here, there = life_on(LAB).asked(run), life_on(where).asked(run)
    different = {f"{service} {operation}" for service, operation, _ in here ^ there}
    known = {operation for of_run, operation in where.otherwise if of_run == run}
    assert different == known, "\n".join(map(str, sorted(here ^ there)))


@on_each
def test_it_is_destroyed_with_its_files_in_time(where: Implementation, life_on: LifeOn) -> None:
    """The last one: it is not provisioned again."""
    life = life_on(where)
    done = life.run("destroy with files", "destroy")
    assert (done.status, done.last) == (0, {"left": [], "kept": []})
    assert everything_in(life.lab) == []
    seconds = sum(each["seconds"] for each in done.told if "seconds" in each)
    assert seconds < DESTROY_SECONDS

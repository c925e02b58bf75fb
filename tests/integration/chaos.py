"""Faults of the platform for tests: the engine's switch, permissions, the poller, events."""

from __future__ import annotations

import json
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import requests

from tests.integration.sales_files import BAD_SCHEMA, SAMPLE_SALES
from tests.waiting import wait_until

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from tests.integration.lab_under_test import LabUnderTest, Upload

GOOD_FILES, BAD_FILES = 7, 3
FAULTS = "faults on demand"
"""What only a lab has."""


def burst(lab: LabUnderTest) -> list[Upload]:
    """Put ten small files at once: seven good ones, three without the columns."""
    bodies = [SAMPLE_SALES] * GOOD_FILES + [BAD_SCHEMA] * BAD_FILES
    with ThreadPoolExecutor(len(bodies)) as uploaders:
        return list(uploaders.map(lambda body: lab.upload("burst.csv", body), bodies))


class Fault:
    """A fault that is on."""

    def __init__(self, page: str, fault_id: str) -> None:
        self._page = page
        self._id = fault_id

    def struck(self) -> int:
        """Return how many requests or processes it has struck."""
        return int(self._described()["struck"])

    def is_over(self) -> bool:
        """Return whether it has struck for the last time."""
        return bool(self._described()["over"])

    def _described(self) -> dict[str, Any]:
        answer = requests.get(self._page, timeout=60)
        answer.raise_for_status()
        faults = answer.json()["faults"]
        return next(fault for fault in faults if fault["id"] == self._id)


@contextmanager
def fault(lab: LabUnderTest, **wanted: Any) -> Iterator[Fault]:
    """Switch a fault on, and off at the end; it must have struck, or nothing was tested."""
    lab.needs_a_lab(FAULTS)
    page = f"{lab.endpoint}/_lab/faults"
    answer = requests.post(page, json=wanted, timeout=60)
    assert answer.status_code == requests.codes.created, answer.text
    switched = Fault(page, answer.json()["id"])
    try:
        yield switched
        assert switched.struck() > 0, f"{wanted} struck nothing"
    finally:
        requests.delete(f"{page}/{answer.json()['id']}", timeout=60).raise_for_status()


@contextmanager
def poller_paused(lab: LabUnderTest) -> Iterator[None]:
    """Let nobody read the main queue for a while, by Lambda's own means."""
    client = lab.client("lambda")
    [mapping] = client.list_event_source_mappings(EventSourceArn=lab.main_queue.arn)[
        "EventSourceMappings"
    ]

    def is_in(state: str) -> Callable[[], bool]:
        return lambda: client.get_event_source_mapping(UUID=mapping["UUID"])["State"] == state

    client.update_event_source_mapping(UUID=mapping["UUID"], Enabled=False)
    try:
        wait_until("the poller to stand still", is_in("Disabled"))
        yield
    finally:
        client.update_event_source_mapping(UUID=mapping["UUID"], Enabled=True)
        wait_until("the poller to go on", is_in("Enabled"))


@contextmanager
def without_permission(lab: LabUnderTest, function: str, action: str) -> Iterator[None]:
    """Take an action out of a function's role, and give it back."""
    iam, role = lab.client("iam"), lab.settings.functions[function].role_name
    [name] = iam.list_role_policies(RoleName=role)["PolicyNames"]
    granted = iam.get_role_policy(RoleName=role, PolicyName=name)["PolicyDocument"]
    statements = [
        {**each, "Action": [one for one in each["Action"] if one != action]}
        for each in granted["Statement"]
    ]
    withdrawn = {**granted, "Statement": [each for each in statements if each["Action"]]}
    assert withdrawn != granted, f"{role} has no {action}"
    iam.put_role_policy(RoleName=role, PolicyName=name, PolicyDocument=json.dumps(withdrawn))
    try:
        yield
    finally:
        iam.put_role_policy(RoleName=role, PolicyName=name, PolicyDocument=json.dumps(granted))


@contextmanager
def nothing_announced(lab: LabUnderTest) -> Iterator[None]:
    """Let S3 announce no uploads for a while, so that a test delivers the events itself."""
    s3, bucket = lab.client("s3"), lab.settings.raw_bucket
    configuration = s3.get_bucket_notification_configuration(Bucket=bucket)
    configuration.pop("ResponseMetadata")
    s3.put_bucket_notification_configuration(Bucket=bucket, NotificationConfiguration={})
    try:
        yield
    finally:
        s3.put_bucket_notification_configuration(
            Bucket=bucket, NotificationConfiguration=configuration
        )

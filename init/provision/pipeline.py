"""The order of provisioning: the groups of resources and which groups each one needs."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from dataclasses import dataclass
from graphlib import TopologicalSorter
from typing import TYPE_CHECKING, Any, Final

from botocore.exceptions import BotoCoreError, ClientError

from provision import (
    buckets,
    functions,
    iam,
    logs,
    observation,
    queues,
    topic,
    workflow,
)
from provision.changes import Changes, Outcome
from provision.errors import ProvisionError
from provision.record import Record, plan_of

if TYPE_CHECKING:
    from provision.target import Target

Ensure = Callable[["Target", Changes], None]


@dataclass(frozen=True)
class Group:
    """Resources that are made together, after the groups they need."""

    name: str
    ensures: tuple[Ensure, ...]
    needs: tuple[str, ...] = ()


GROUPS: Final = (
    Group("roles", (iam.ensure_roles,)),
    Group("buckets", (buckets.ensure_buckets,)),
    Group("queues", (queues.ensure_queues,)),
    Group("logs", (logs.ensure_log_groups, logs.ensure_metric_filters)),
    Group("topic", (topic.ensure_topic, topic.ensure_subscriptions), needs=("queues",)),
    Group(
        "observation",
        (observation.ensure_dashboard, observation.ensure_alarms),
        needs=("topic",),
    ),
    Group(
        "functions",
        (
            functions.ensure_functions,
            functions.ensure_permissions,
            functions.ensure_failure_destination,
        ),
        needs=("roles", "queues", "logs"),
    ),
    Group("workflow", (workflow.ensure_state_machine,), needs=("roles",)),
    # What starts work comes last, when everything that it needs exists.
    Group(
        "triggers",
        (functions.ensure_event_source, buckets.ensure_trigger),
        needs=("buckets", "functions", "workflow", "topic"),
    ),
)


@dataclass(frozen=True)
class GroupReport:
    """What was done to one group.

    Attributes:
        group: Its name.
        changes: What was done, also before a failure.
        seconds: How long it took.
        error: Why it failed; None if it did not.
    """

    group: str
    changes: Changes
    seconds: float
    error: ProvisionError | None = None


def provision(
    target: Target, tell: Callable[[GroupReport], None], groups: Sequence[Group] = GROUPS
) -> list[GroupReport]:
    """Create or update these groups of resources; leave unchanged what is right already.

    Args:
        target: Where.
        tell: Called with each group's report as soon as it is done.
        groups: What to provision; the whole pipeline by default.

    Raises:
        ProvisionError: A group failed; the groups that need it were not started.
    """
    _require_account(target)
    record = Record(target)
    reports = _settle(target, groups, tell, planning=False)
    record.keep(each for report in reports for each in report.changes.settled)
    return _unless_failed(reports)


def plan(target: Target, groups: Sequence[Group] = GROUPS) -> dict[str, Any]:
    """Return what `provision` would do, without changing anything.

    Args:
        target: Where.
        groups: What would be provisioned.

    Returns:
        See `provision.record.plan_of`.

    Raises:
        ProvisionError: The sources are not valid, or the target does not answer.
    """
    _require_account(target)
    reports = _unless_failed(_settle(target, groups, lambda _: None, planning=True))
    settled = [each for report in reports for each in report.changes.settled]
    return plan_of(settled, Record(target))


def _settle(
    target: Target,
    groups: Sequence[Group],
    tell: Callable[[GroupReport], None],
    *,
    planning: bool,
) -> list[GroupReport]:
    """Provision the groups; independent ones at the same time.

    After a failure no further group is started, but running ones are awaited, so that the record
    contains what they made.
    """
    by_name = {group.name: group for group in groups}
    order = TopologicalSorter({group.name: group.needs for group in groups})
    order.prepare()
    reports: list[GroupReport] = []
    running: set[Future[GroupReport]] = set()
    failed = False
    with ThreadPoolExecutor(thread_name_prefix="provision") as pool:
        while order.is_active():
            if not failed:
                names = order.get_ready()
                running |= {pool.submit(_make, by_name[n], target, planning) for n in names}
            if not running:
                break
            done, running = wait(running, return_when=FIRST_COMPLETED)
            for future in done:
                report = future.result()
                reports.append(report)
                if report.error is not None:
                    failed = True
                    continue
                tell(report)
                order.done(report.group)
    return reports


def _unless_failed(reports: list[GroupReport]) -> list[GroupReport]:
    for report in reports:
        if report.error is not None:
            raise report.error
    return reports


def changed(reports: list[GroupReport]) -> int:
    """Return how many resources were created or updated."""
    return sum(
        report.changes.count(outcome)
        for report in reports
        for outcome in (Outcome.CREATED, Outcome.UPDATED)
    )


def _require_account(target: Target) -> None:
    """Get the account once, before anything else, which also checks that AWS answers."""
    try:
        _ = target.arns
    except (BotoCoreError, ClientError) as error:
        raise ProvisionError("no account to provision: {error}", error=error) from error


def _make(group: Group, target: Target, planning: bool) -> GroupReport:
    started = time.monotonic()
    changes = Changes(planning)
    failure: ProvisionError | None = None
    try:
        for ensure in group.ensures:
            ensure(target, changes)
    except ProvisionError as error:
        failure = error
    except (BotoCoreError, ClientError, OSError) as error:
        failure = ProvisionError("{place}: {problem}", place=group.name, problem=error)
    return GroupReport(group.name, changes, time.monotonic() - started, failure)

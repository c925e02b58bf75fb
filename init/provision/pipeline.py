"""The order of provisioning: which group of resources needs which others to exist."""

from __future__ import annotations

import time
from collections.abc import Callable
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from dataclasses import dataclass
from graphlib import TopologicalSorter
from typing import TYPE_CHECKING, Final

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
    # What starts work comes last: nothing runs before all that it needs is there.
    Group(
        "triggers",
        (functions.ensure_event_source, buckets.ensure_trigger),
        needs=("buckets", "functions", "workflow", "topic"),
    ),
)


@dataclass(frozen=True)
class GroupReport:
    """What was done to one group, and how long it took in seconds."""

    group: str
    changes: Changes
    seconds: float


def provision(target: Target, tell: Callable[[GroupReport], None]) -> list[GroupReport]:
    """Make the target hold the whole pipeline; what is there already stays as it is.

    Groups that do not need each other are made at the same time.

    Args:
        target: Where.
        tell: Called with each group's report as soon as it is done.

    Raises:
        ProvisionError: A group failed; the groups that need it were not begun.
    """
    _require_account(target)
    groups = {group.name: group for group in GROUPS}
    order = TopologicalSorter({group.name: group.needs for group in GROUPS})
    order.prepare()
    reports: list[GroupReport] = []
    running: set[Future[GroupReport]] = set()
    with ThreadPoolExecutor(thread_name_prefix="provision") as pool:
        while order.is_active():
            running |= {pool.submit(_make, groups[name], target) for name in order.get_ready()}
            done, running = wait(running, return_when=FIRST_COMPLETED)
            for future in done:
                report = future.result()
                tell(report)
                reports.append(report)
                order.done(report.group)
    return reports


def changed(reports: list[GroupReport]) -> int:
    """How many resources were created or updated."""
    return sum(
        report.changes.count(outcome)
        for report in reports
        for outcome in (Outcome.CREATED, Outcome.UPDATED)
    )


def _require_account(target: Target) -> None:
    """Find out the account once, before anything is done, and whether anybody answers at all."""
    try:
        _ = target.arns
    except (BotoCoreError, ClientError) as error:
        raise ProvisionError(f"no account to provision: {error}") from error


def _make(group: Group, target: Target) -> GroupReport:
    started = time.monotonic()
    changes = Changes()
    try:
        for ensure in group.ensures:
            ensure(target, changes)
    except (BotoCoreError, ClientError, OSError, ProvisionError) as error:
        raise ProvisionError(f"{group.name}: {error}") from error
    return GroupReport(group.name, changes, time.monotonic() - started)

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
from provision.guard import require_settings_for_aws
from provision.record import Record, plan_of
from provision.removals import Removals
from provision.waiting import Polling

if TYPE_CHECKING:
    from provision.target import Target

_LAST_LOOK_SECONDS: Final = 90.0
"""How long the last look waits for AWS: a deleted queue is found for up to 60 s (DeleteQueue)."""

Ensure = Callable[["Target", Changes], None]
Remove = Callable[["Target", Removals], None]


@dataclass(frozen=True)
class Group:
    """Resources that are made together, after the groups they need.

    Attributes:
        name: For people.
        ensures: What makes them.
        removes: What removes them, in this order.
        needs: The groups that must be made before.
        requires: What must be possible before anything at all is made.
    """

    name: str
    ensures: tuple[Ensure, ...]
    removes: tuple[Remove, ...] = ()
    needs: tuple[str, ...] = ()
    requires: tuple[Callable[[Target], None], ...] = ()


GROUPS: Final = (
    Group("roles", (iam.ensure_roles,), (iam.remove_roles,)),
    Group(
        "buckets",
        (buckets.ensure_buckets,),
        (buckets.remove_buckets,),
        requires=(buckets.require_free_names,),
    ),
    Group("queues", (queues.ensure_queues,), (queues.remove_queues,)),
    Group("logs", (logs.ensure_log_groups, logs.ensure_metric_filters), (logs.remove_log_groups,)),
    Group(
        "topic",
        (topic.ensure_topic, topic.ensure_subscriptions),
        (topic.remove_topic,),
        needs=("queues",),
    ),
    Group(
        "observation",
        (observation.ensure_dashboard, observation.ensure_alarms),
        (observation.remove_alarms, observation.remove_dashboard),
        needs=("topic",),
    ),
    Group(
        "functions",
        (
            functions.ensure_functions,
            functions.ensure_permissions,
            functions.ensure_failure_destination,
        ),
        (functions.remove_functions,),
        needs=("roles", "queues", "logs"),
    ),
    Group(
        "workflow",
        (workflow.ensure_state_machine,),
        (workflow.remove_state_machine,),
        needs=("roles",),
    ),
    # What starts work comes last, when everything that it needs exists.
    Group(
        "triggers",
        (functions.ensure_event_source, buckets.ensure_trigger),
        (buckets.remove_trigger, functions.remove_event_sources),
        needs=("buckets", "functions", "workflow", "topic"),
    ),
)
"""In an order in which they can be made one after the other, and removed in the opposite one."""


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


@dataclass(frozen=True)
class RemovalReport:
    """What was removed of one group.

    Attributes:
        group: Its name.
        removals: What was removed, also before a failure.
        seconds: How long it took.
        error: Why it failed; None if it did not.
    """

    group: str
    removals: Removals
    seconds: float
    error: ProvisionError | None = None


def provision(
    target: Target,
    tell: Callable[[GroupReport], None],
    groups: Sequence[Group] = GROUPS,
    *,
    replace: bool = False,
) -> list[GroupReport]:
    """Create or update these groups of resources; leave unchanged what is right already.

    On AWS nothing is taken over that has the lab's names, but not its tags.

    Args:
        target: Where.
        tell: Called with each group's report as soon as it is done.
        groups: What to provision; the whole pipeline by default.
        replace: Replace on AWS, too, what was changed by hand.

    Raises:
        ProvisionError: A group failed, and the groups that need it were not started; or, before
            anything is changed, something would be replaced that may not be.
    """
    _require(target, groups)
    if target.is_aws:
        _refuse_to_overwrite(plan(target, groups), target.settings.lab_id, replace=replace)
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
        ProvisionError: The sources are not valid, or the target is not usable.
    """
    _require(target, groups)
    reports = _unless_failed(_settle(target, groups, lambda _: None, planning=True))
    settled = [each for report in reports for each in report.changes.settled]
    foreign = [each for report in reports for each in report.changes.foreign]
    return plan_of(settled, Record(target), foreign)


def _refuse_to_overwrite(planned: dict[str, Any], lab_id: str, *, replace: bool) -> None:
    if planned["foreign"]:
        raise ProvisionError(
            "these have the pipeline's names, but not the tags of lab {lab_id}: {names}. Remove or "
            "rename them; if they are another lab of yours, destroy it with its LAB_STUDENT and "
            "LAB_SUFFIX.",
            lab_id=lab_id,
            names=", ".join(planned["foreign"]),
        )
    if planned["replace"] and not replace:
        raise ProvisionError(
            "these were changed by hand: {names}. Change them back, or have them replaced with "
            "--replace.",
            names=", ".join(each["resource"] for each in planned["replace"]),
        )


def destroy(
    target: Target,
    tell: Callable[[RemovalReport], None],
    groups: Sequence[Group] = GROUPS,
) -> Removals:
    """Remove what is the lab's own, by name and tags: first what starts work.

    A group that fails does not keep the others from being removed.

    Args:
        target: Where. If it is read-only, nothing is removed, only reported.
        tell: Called with each group's report as soon as it is done.
        groups: What to remove; the whole pipeline by default.

    Returns:
        What is left: as `removed` the lab's own, as `kept` what has its names, but not its tags.

    Raises:
        ProvisionError: The target does not answer, or is not the account that the guard allows.
    """
    _identify(target)
    for group in reversed(groups):
        tell(_remove(group, target, looking=target.is_read_only))
    within = 0 if target.is_read_only else _LAST_LOOK_SECONDS
    return _look_for_rest(target, groups, within)


def _look_for_rest(target: Target, groups: Sequence[Group], within: float) -> Removals:
    """Look until nothing of the lab is left, because AWS may still be deleting."""
    rest = Removals(looking=True)
    for _ in Polling(within=within, every=1, growth=1.5, longest=5):
        reports = [_remove(group, target, looking=True) for group in reversed(groups)]
        rest = Removals(
            looking=True,
            removed=[each for report in reports for each in report.removals.removed]
            + [f"{report.group} ({report.error})" for report in reports if report.error],
            kept=[each for report in reports for each in report.removals.kept],
        )
        if not rest.removed:
            break
    return rest


def _remove(group: Group, target: Target, *, looking: bool) -> RemovalReport:
    started = time.monotonic()
    removals = Removals(looking)
    failure: ProvisionError | None = None
    for remove in group.removes:
        try:
            remove(target, removals)
        except ProvisionError as error:
            failure = error
        except (BotoCoreError, ClientError, OSError) as error:
            failure = ProvisionError("{place}: {problem}", place=group.name, problem=error)
    return RemovalReport(group.name, removals, time.monotonic() - started, failure)


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


def _identify(target: Target) -> None:
    """Ask AWS for the account, which also tells that it answers.

    Raises:
        ProvisionError: It does not, or the account is not the one that the guard allows.
    """
    try:
        _ = target.arns
    except (BotoCoreError, ClientError) as error:
        raise ProvisionError("no account to provision: {error}", error=error) from error


def _require(target: Target, groups: Sequence[Group]) -> None:
    """Find out what stands in the way before anything is made."""
    if target.is_aws:
        require_settings_for_aws(target.settings)
    _identify(target)
    for group in groups:
        try:
            for require in group.requires:
                require(target)
        except (BotoCoreError, ClientError) as error:
            raise ProvisionError("{place}: {problem}", place=group.name, problem=error) from error


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

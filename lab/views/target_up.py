"""`up` at a target: what would be made there, what it costs, and the way there."""

from __future__ import annotations

import time
from dataclasses import asdict, replace
from typing import TYPE_CHECKING, Any

from lab.advice import command
from lab.console import err, out, print_json
from lab.errors import LabError
from lab.language import say
from lab.targets.choosing import Wanted, record_for
from lab.targets.opening import account_behind, connect, guard_of, require_given_account
from lab.targets.record import TargetRecord, keep
from lab.views.deployment import SHOWN, show
from lab.views.ready import buckets_of, show_rows, show_tips
from lab.views.targets import (
    refuse_what_is_not_ours,
    require_account,
    tell_costs,
    tell_where,
)

if TYPE_CHECKING:
    from lab.provisioner import Plan
    from lab.running import RunningLab


def bring_up_at(wanted: Wanted, account: str | None, *, only_plan: bool, as_json: bool) -> None:
    """Bring the pipeline up at a target, or say what that would change.

    Args:
        wanted: Where, and with which names.
        account: The AWS account, in place of typing its number.
        only_plan: Change nothing.
        as_json: Print for programs.

    Raises:
        LabError: It cannot be, or failed.
        typer.Exit: The number that was typed is another one.
    """
    from lab.provisioner import Provisioner

    started = time.monotonic()
    lab, record = _connected(record_for(wanted))
    if account is not None:
        require_given_account(record, account)
    tell_where(lab)
    provisioner = Provisioner("provision", lab)
    with err.status(say("comparing the cloud with your checkout")):
        plan = provisioner.plan()
    if not as_json:
        show(plan, shown=plan.changes if only_plan else SHOWN)
    elif only_plan:
        print_json(asdict(plan))
    if record.is_aws:
        tell_costs(lab)
    if only_plan:
        err.print(say("Nothing was changed."))
        return
    refuse_what_is_not_ours(plan, record)
    _refuse_what_was_changed_by_hand(plan)
    if plan.changes:
        require_account(record, account, _words(record))
        keep(record)  # before anything is made, so that `destroy` finds what was begun
        provisioner.apply(lambda line: err.print(line, markup=False, soft_wrap=True))
    keep(record)
    seconds = round(time.monotonic() - started, 1)
    if as_json:
        print_json(_as_json(lab, record, seconds))
    else:
        _tell(lab, record, seconds)


def _connected(record: TargetRecord) -> tuple[RunningLab, TargetRecord]:
    """Return a target, with the account that STS tells where it had none yet.

    Until then the guard is told of an account that AWS does not have: it lets STS pass only.
    """
    if not record.is_kept:
        record = replace(record, account=account_behind(guard_of(record), record), is_kept=True)
    return connect(record), record


def _words(record: TargetRecord) -> str:
    return f"up --aws-profile {record.aws_profile}"


def _refuse_what_was_changed_by_hand(plan: Plan) -> None:
    if plan.replace:
        raise LabError(
            say(
                "Nothing was changed: these were changed by hand: {names}. To replace them, say so "
                "to deploy: {deploy}",
                names=", ".join(change.resource for change in plan.replace),
                deploy=command("deploy"),
            )
        )


def _as_json(lab: RunningLab, record: TargetRecord, seconds: float) -> dict[str, Any]:
    settings = lab.settings
    return {
        "target": record.engine,
        "endpoint": lab.endpoint,
        "account": lab.account,
        "region": lab.region,
        "profile": record.profile,
        "lab_id": record.lab_id,
        "raw_bucket": settings.raw_bucket,
        "processed_bucket": settings.processed_bucket,
        "ready": True,
        "seconds": seconds,
    }


def _tell(lab: RunningLab, record: TargetRecord, seconds: float) -> None:
    settings = lab.settings
    ready = say("The pipeline is ready ({seconds:.1f} s)", seconds=seconds)
    out.print(f"[green]✓[/green] {ready}\n")
    show_rows(buckets_of(settings))
    if record.is_aws:
        told = say(
            "AWS has written to {email}: no mail comes before the link in that one is opened.",
            email=settings.email,
        )
        out.print(f"\n{told}", soft_wrap=True)
    tips = {
        command("upload samples/sample_sales.csv"): say("one file"),
        command("status"): say("how it is doing"),
        command("destroy"): say("remove all of it"),
    }
    show_tips(tips)

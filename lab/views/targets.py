"""What is said about a target, and asked, before its cloud is changed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lab.advice import command
from lab.console import err
from lab.costs import (
    FREE_REQUESTS,
    PRICES_IN,
    PRICES_OF,
    idle_requests_a_day,
    usd_of_files,
)
from lab.errors import LabError, UsageError
from lab.language import say
from lab.targets.opening import require_given_account
from lab.targets.record import TargetRecord
from lab.views.asking import go_on_if_typed

if TYPE_CHECKING:
    from lab.provisioner import Plan
    from lab.running import RunningLab

FILES_PRICED = 100


def tell_where(lab: RunningLab) -> None:
    """Say on stderr which account and region a command is about; nothing for a lab here."""
    record = lab.record
    if isinstance(record, TargetRecord):
        where = record.aws_profile if record.is_aws else record.endpoint
        told = say(
            "Target {target} ({where}): account {account}, region {region}, lab {lab_id}",
            target=record.engine,
            where=where,
            account=record.account,
            region=record.region,
            lab_id=record.lab_id,
        )
        err.print(told, markup=False, soft_wrap=True)


def tell_costs(lab: RunningLab) -> None:
    """Say what the pipeline costs a day without files, and for each hundred of them."""
    wait = lab.settings.main_queue.receive_wait_seconds
    told = say(
        "Prices of {when} in {where}. Idle: {requests:,} SQS requests a day, of {free:,} a month "
        "that are free: 0.00 USD. {files} files: at most {usd:.2f} USD. More: docs/costs.md",
        when=PRICES_OF,
        where=PRICES_IN,
        requests=idle_requests_a_day(wait),
        free=FREE_REQUESTS,
        files=FILES_PRICED,
        usd=usd_of_files(FILES_PRICED),
    )
    err.print(told, markup=False, soft_wrap=True)


def require_account(record: TargetRecord, given: str | None, words: str) -> None:
    """Go on only if the number of the AWS account was given, or is typed now.

    Args:
        record: The target; what is not AWS needs no number.
        given: The number on the command line.
        words: What follows `scripts/lab` in the command that is running.

    Raises:
        UsageError: Nobody can be asked, or another number was given.
        typer.Exit: Another number was typed.
    """
    if given is not None:
        require_given_account(record, given)
    if not record.is_aws or given == record.account:
        return
    unasked = UsageError(
        say(
            "Nothing was changed. To go on, name the account: {command}",
            command=f"{command(words)} --account {record.account}",
        )
    )
    question = say("To go on, type the number of the account")
    no = say("That is another number. Nothing was changed.")
    go_on_if_typed(record.account, question, unasked=unasked, no=no)


def refuse_what_is_not_ours(plan: Plan, record: TargetRecord) -> None:
    """Refuse to take over resources that have the pipeline's names, but not its tags.

    Raises:
        LabError: There are such.
    """
    if plan.foreign:
        raise LabError(
            say(
                "Nothing was changed: these have the pipeline's names, but not the tags of lab "
                "{lab_id}: {names}. Remove or rename them, or use another account.",
                lab_id=record.lab_id,
                names=", ".join(plan.foreign),
            )
        )

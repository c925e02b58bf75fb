"""The pipeline is removed, after a question, and what is left of it is told."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lab.advice import command
from lab.console import out
from lab.errors import LabError, UsageError
from lab.language import say
from lab.targets.record import TargetRecord, forget
from lab.views.asking import go_on_if_yes
from lab.views.targets import require_account, tell_where

if TYPE_CHECKING:
    from lab.running import RunningLab


def remove_pipeline(
    lab: RunningLab, words: str, *, dry_run: bool = False, yes: bool = False, given: str | None
) -> None:
    """Remove the pipeline with all files in it, and nothing else.

    Args:
        lab: From where.
        words: What follows `scripts/lab` in the command that is running.
        dry_run: Remove nothing; only say what would be removed.
        yes: Whether to ask nothing; for AWS the account must be given all the same.
        given: The account's number on the command line, if there was one.

    Raises:
        LabError: Something is left, or nobody can be asked.
        typer.Exit: The answer was no.
    """
    from lab.provisioner import Provisioner

    tell_where(lab)
    if not dry_run:
        _ask(lab, words, given, yes=yes)
    rest = Provisioner("provision", lab).destroy(
        lambda line: out.print(line, markup=False, soft_wrap=True), is_dry_run=dry_run
    )
    for resource in rest.kept:
        told = say("Left alone, because it does not have the lab's tags: {what}", what=resource)
        out.print(told, markup=False, soft_wrap=True)
    if rest.left:
        raise LabError(
            say(
                "Still there: {what}. Run it again: {destroy}",
                what=", ".join(rest.left),
                destroy=command("destroy --yes"),
            )
        )
    if dry_run:
        out.print(say("Nothing was removed. Listed above is what would be."))
        return
    _tell_the_end(lab)


def _ask(lab: RunningLab, words: str, given: str | None, *, yes: bool) -> None:
    record = lab.record
    if isinstance(record, TargetRecord) and record.is_aws:
        require_account(record, given, words)
        return
    if yes:
        return
    unasked = say(
        "Nothing was removed. What would be: {look}. To remove it: {destroy}",
        look=command("destroy --dry-run"),
        destroy=command("destroy --yes"),
    )
    question = say(
        "Remove the pipeline and all its files from account {account}?", account=lab.account
    )
    go_on_if_yes(question, unasked=UsageError(unasked), no=say("Nothing was removed."))


def _tell_the_end(lab: RunningLab) -> None:
    done = say("Nothing of the pipeline is left in account {account}.", account=lab.account)
    if isinstance(lab.record, TargetRecord):
        forget(lab.record)
        out.print(f"\n[green]✓[/green] {done}", soft_wrap=True)
        return
    again = say("To bring it back: {deploy}", deploy=command("deploy"))
    out.print(f"\n[green]✓[/green] {done} {again}", soft_wrap=True)

"""destroy: the pipeline is removed from an account, and nothing else."""

from typing import Annotated

import typer

from lab.advice import command
from lab.chosen import FIRST_ACCOUNT
from lab.console import out
from lab.errors import LabError, UsageError
from lab.language import say
from lab.launch.finding import open_lab
from lab.options import Account, Port
from lab.views.asking import go_on_if_yes

DryRun = Annotated[bool, typer.Option("--dry-run", help="Only say what would be removed.")]
Sure = Annotated[bool, typer.Option("--yes", help="Remove it without asking.")]


def destroy(
    dry_run: DryRun = False, yes: Sure = False, port: Port = None, account: Account = FIRST_ACCOUNT
) -> None:
    """Remove the pipeline from the running lab, with all files in it.

    Only what has the lab's tags is removed; what you made yourself stays, whatever its name.
    """
    from lab.provisioner import Provisioner

    lab = open_lab(port, account)
    if not (dry_run or yes):
        _ask(account)
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
    done = say("Nothing of the pipeline is left in account {account}.", account=account)
    again = say("To bring it back: {deploy}", deploy=command("deploy"))
    out.print(f"\n[green]✓[/green] {done} {again}", soft_wrap=True)


def _ask(account: str) -> None:
    unasked = say(
        "Nothing was removed. What would be: {look}. To remove it: {destroy}",
        look=command("destroy --dry-run"),
        destroy=command("destroy --yes"),
    )
    question = say("Remove the pipeline and all its files from account {account}?", account=account)
    go_on_if_yes(question, unasked=UsageError(unasked), no=say("Nothing was removed."))

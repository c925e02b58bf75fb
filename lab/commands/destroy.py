"""destroy: the pipeline is removed from an account, and nothing else."""

from typing import Annotated

import typer

from lab.chosen import FIRST_ACCOUNT
from lab.launch.finding import open_lab
from lab.options import Account, Port, Target

DryRun = Annotated[bool, typer.Option("--dry-run", help="Only say what would be removed.")]
Sure = Annotated[bool, typer.Option("--yes", help="Remove it without asking.")]


def destroy(
    dry_run: DryRun = False,
    yes: Sure = False,
    port: Port = None,
    account: Account = FIRST_ACCOUNT,
    target: Target = None,
) -> None:
    """Remove the pipeline from the running lab, with all files in it.

    Only what has the lab's tags is removed; what you made yourself stays, whatever its name.
    """
    from lab.views.destroying import remove_pipeline

    lab = open_lab(port, account, target)
    given = None if account == FIRST_ACCOUNT else account
    remove_pipeline(lab, "destroy", dry_run=dry_run, yes=yes, given=given)

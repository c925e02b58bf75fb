"""What a deployment will change, and the question before it replaces what is not the lab's own."""

from collections.abc import Callable

from lab.advice import command
from lab.console import err, inline, out
from lab.errors import LabError
from lab.language import say
from lab.provisioner import Change, Plan, Provisioner
from lab.views.asking import go_on_if_yes

SHOWN = 8
"""How many of the resources that are created are named; a new account has all of them."""


def bring_in(
    provisioner: Provisioner,
    without_asking: str,
    *,
    yes: bool,
    before: Callable[[Plan], None] | None = None,
) -> None:
    """Provision after saying what will change, and asking where it is not the lab's own.

    Args:
        provisioner: What provisions.
        without_asking: The command that does the same without asking, for the advice.
        yes: Whether to ask nothing.
        before: Called before something is changed; may refuse it.

    Raises:
        LabError: Nobody can be asked, or provisioning failed.
        typer.Exit: The answer was no.
    """
    with err.status(say("comparing the cloud with your checkout")):
        plan = provisioner.plan()
    show(plan)
    if before is not None and plan.changes:
        before(plan)
    if plan.replace and not yes:
        _ask(plan, without_asking)
    if plan.changes:
        out.print()
        provisioner.apply(
            lambda line: out.print(line, markup=False, soft_wrap=True), replace=bool(plan.replace)
        )


def show(plan: Plan, shown: int = SHOWN) -> None:
    """Print what a deployment will change.

    Args:
        plan: That.
        shown: How many of the resources that are missing are named.
    """
    if not plan.changes:
        out.print(
            say(
                "Nothing to change: all {count} resources are as they should be.",
                count=plan.unchanged,
            )
        )
        return
    out.print(
        say(
            "{changes} of {total} resources will change:",
            changes=plan.changes,
            total=plan.changes + plan.unchanged,
        )
    )
    for change in plan.create[:shown]:
        _line("green", say("create"), change)
    if len(plan.create) > shown:
        more = say("… and {count} more that are missing", count=len(plan.create) - shown)
        out.print(f"{'':11}{more}")
    for change in plan.update:
        _line("yellow", say("update"), change)
    for change in plan.replace:
        _line("red", say("replace"), change)


def _line(colour: str, what: str, change: Change) -> None:
    out.print(f"  [{colour}]{what:<8}[/{colour}] {inline(change.resource)}", soft_wrap=True)
    for difference in change.differences:
        out.print(f"             [dim]{inline(difference)}[/dim]", soft_wrap=True)


def _ask(plan: Plan, without_asking: str) -> None:
    count = len(plan.replace)
    what = (
        say("1 resource was made or changed by hand")
        if count == 1
        else say("{count} resources were made or changed by hand", count=count)
    )
    unasked = say(
        "Nothing was changed: {what} ({names}). To replace what is there: {deploy}",
        what=what,
        names=", ".join(change.resource for change in plan.replace),
        deploy=command(without_asking),
    )
    question = say("{what}. Replace what is there?", what=what)
    go_on_if_yes(f"\n{question}", unasked=LabError(unasked), no=say("Nothing was changed."))

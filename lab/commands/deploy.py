"""deploy: what was edited in the checkout goes into the running lab."""

from lab.advice import command
from lab.chosen import FIRST_ACCOUNT
from lab.console import out
from lab.errors import UsageError
from lab.language import say
from lab.launch.finding import open_lab
from lab.options import Account, Port, Target, Yes
from lab.running import RunningLab
from lab.targets.record import TargetRecord


def deploy(
    yes: Yes = False,
    port: Port = None,
    account: Account = FIRST_ACCOUNT,
    target: Target = None,
) -> None:
    """Bring edited functions, the state machine and settings into the running lab.

    It says what it will change, and asks before it replaces what was made or changed by hand.

    With --account the whole pipeline comes up in an account of its own. Its bucket names end in the
    account's number, because two accounts can't have buckets of one name.
    """
    from lab.promise.confirmation import confirm_addresses
    from lab.provisioner import Provisioner
    from lab.views.deployment import bring_in

    lab = open_lab(port, account, target)
    if isinstance(lab.record, TargetRecord):
        _deploy_elsewhere(lab, lab.record, None if account == FIRST_ACCOUNT else account, yes=yes)
        return
    if account == FIRST_ACCOUNT and lab.record.is_empty:
        raise UsageError(
            say(
                "This lab leaves account {account} to you (up --empty). The finished pipeline in "
                "another one: {deploy} --account 222222222222",
                account=account,
                deploy=command("deploy"),
            )
        )
    bring_in(Provisioner("provision", lab), "deploy --yes", yes=yes)
    if account != FIRST_ACCOUNT:
        confirm_addresses(lab)
    told = say("Account {account} is as your checkout says.", account=account)
    out.print(f"\n[green]✓[/green] {told}")


def _deploy_elsewhere(
    lab: RunningLab, record: TargetRecord, given: str | None, *, yes: bool
) -> None:
    from lab.provisioner import Plan, Provisioner
    from lab.views.deployment import bring_in
    from lab.views.targets import refuse_what_is_not_ours, require_account, tell_where

    def refuse_or_ask(plan: Plan) -> None:
        refuse_what_is_not_ours(plan, record)
        require_account(record, given, "deploy --yes" if yes else "deploy")

    tell_where(lab)
    bring_in(Provisioner("provision", lab), "deploy --yes", yes=yes, before=refuse_or_ask)
    told = say("Account {account} is as your checkout says.", account=lab.account)
    out.print(f"\n[green]✓[/green] {told}")

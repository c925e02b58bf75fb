"""deploy: what was edited in the checkout goes into the running lab."""

from lab.advice import command
from lab.chosen import FIRST_ACCOUNT
from lab.console import out
from lab.errors import UsageError
from lab.language import say
from lab.launch.finding import open_lab
from lab.options import Account, Port, Yes


def deploy(yes: Yes = False, port: Port = None, account: Account = FIRST_ACCOUNT) -> None:
    """Bring edited functions, the state machine and settings into the running lab.

    It says what it will change, and asks before it replaces what was made or changed by hand.

    With --account the whole pipeline comes up in an account of its own. Its bucket names end in the
    account's number, because two accounts can't have buckets of one name.
    """
    from lab.promise.confirmation import confirm_addresses
    from lab.provisioner import Provisioner
    from lab.views.deployment import bring_in

    lab = open_lab(port, account)
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

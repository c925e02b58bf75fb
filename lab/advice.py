"""The commands that messages advise, written so that they are for the lab and account at hand."""

from lab.chosen import (
    DEFAULT_PORT,
    FIRST_ACCOUNT,
    account_of_this_command,
    is_lab_here,
    port_of_this_command,
    port_without_option,
    target_of_this_command,
)
from lab.errors import UsageError

OF_THE_WHOLE_LAB = {"console", "demo", "doctor", "down", "load", "reset", "save", "states", "up"}
"""Commands that are not about a single account."""


def command(words: str, port: int | None = None) -> str:
    """Return a command of the lab for people to type.

    It names the target that the running command was given, unless that is a lab here. For such a
    lab it names the port unless the command is for that lab in any terminal without it: the last
    `up` may be of another lab, and a stopped lab is no longer the last. It names the account that
    the running command was told to look at.

    Args:
        words: What follows `scripts/lab`, for example `up --mailbox`.
        port: Of the lab it is for; by default of the lab of this command.
    """
    if not is_lab_here():
        return f"scripts/lab {words} --target {target_of_this_command()}"
    wanted = port_of_this_command() if port is None else port
    needs_no_port = wanted == DEFAULT_PORT and _port_without_option() == DEFAULT_PORT
    account = account_of_this_command()
    needs_no_account = account == FIRST_ACCOUNT or words.split(maxsplit=1)[0] in OF_THE_WHOLE_LAB
    of_the_lab = "--lab-port" if words.startswith("console") else "--port"
    options = [
        "" if needs_no_port else f" {of_the_lab} {wanted}",
        "" if needs_no_account else f" --account {account}",
    ]
    return f"scripts/lab {words}{''.join(options)}"


def _port_without_option() -> int | None:
    try:
        return port_without_option()
    except UsageError:  # LOCALSTACK_PORT is not a port
        return None

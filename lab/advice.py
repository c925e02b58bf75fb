"""The commands that messages advise, so written that they mean the lab and account at hand."""

from lab.current import (
    FIRST_ACCOUNT,
    account_of_this_command,
    port_of_this_command,
    port_without_option,
)
from lab.engines.environment import DEFAULT_PORT
from lab.errors import UsageError

OF_THE_WHOLE_LAB = {"demo", "doctor", "down", "reset", "up"}
"""Commands that mean no single account."""


def command(words: str, port: int | None = None) -> str:
    """A command of the lab for people to type.

    It names the port unless any terminal means that lab without it: the last `up` may be of
    another lab, and a stopped lab is no longer the last. It names the account that the running
    command was told to look at.

    Args:
        words: what follows `scripts/lab`, for example `up --mailbox`.
        port: of the lab it is for; by default of the lab that this command means.
    """
    meant = port_of_this_command() if port is None else port
    needs_no_port = meant == DEFAULT_PORT and _port_without_option() == DEFAULT_PORT
    account = account_of_this_command()
    needs_no_account = account == FIRST_ACCOUNT or words.split(maxsplit=1)[0] in OF_THE_WHOLE_LAB
    options = [
        "" if needs_no_port else f" --port {meant}",
        "" if needs_no_account else f" --account {account}",
    ]
    return f"scripts/lab {words}{''.join(options)}"


def _port_without_option() -> int | None:
    try:
        return port_without_option()
    except UsageError:  # LOCALSTACK_PORT is no port
        return None

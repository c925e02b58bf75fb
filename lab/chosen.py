"""Which target, port and account the command that is running is about."""

import os
import re
from dataclasses import dataclass
from enum import StrEnum

from lab.errors import UsageError
from lab.language import say
from lab.paths import last_port_file

DEFAULT_PORT = 4566
HIGHEST_PORT = 65535
FIRST_ACCOUNT = "000000000000"
"""The account that `up` provisions, and that commands look at unless told otherwise."""

_ACCOUNT = re.compile(r"[0-9]{12}")


class TargetName(StrEnum):
    """Where the pipeline of a command is."""

    LOCAL = "local"
    COMPOSE = "compose"
    ENDPOINT = "endpoint"
    AWS = "aws"

    @property
    def is_lab(self) -> bool:
        """Whether it is a lab that `up` starts on a port of this machine."""
        return self in (TargetName.LOCAL, TargetName.COMPOSE)


@dataclass
class _Command:
    """What the command that is running was told so far.

    Attributes:
        port: Of the lab that it is about.
        account: In that lab.
        target: Where its pipeline is; None for a lab on that port, however it runs.
    """

    port: int = DEFAULT_PORT
    account: str = FIRST_ACCOUNT
    target: TargetName | None = None


_THIS_COMMAND = _Command()


def choose_port(given: int | None) -> int:
    """Return the port of this command: the one given, LOCALSTACK_PORT, the last `up`, or 4566.

    Raises:
        UsageError: The number is not a port.
    """
    _THIS_COMMAND.port = port_without_option() if given is None else _checked(given)
    return _THIS_COMMAND.port


def port_without_option() -> int:
    """Return the port of a command without `--port`.

    Raises:
        UsageError: LOCALSTACK_PORT is not a port.
    """
    if not os.environ.get("LOCALSTACK_PORT"):
        return last_port()
    return port_in_environment("LOCALSTACK_PORT", DEFAULT_PORT)


def port_in_environment(variable: str, usual: int) -> int:
    """Return the port that a variable of the shell or of `.env` names, else the usual one.

    Args:
        variable: Its name.
        usual: The port where it is not set.

    Raises:
        UsageError: What it says is not a port.
    """
    named = os.environ.get(variable) or str(usual)
    if not named.isdecimal() or not 1 <= int(named) <= HIGHEST_PORT:
        raise UsageError(
            say(
                "{variable} is {named!r}, but a port is a number such as {usual}.",
                variable=variable,
                named=named,
                usual=usual,
            )
        )
    return int(named)


def port_of_this_command() -> int:
    """Return the port of the command that is running; the default one until it has chosen."""
    return _THIS_COMMAND.port


def last_port() -> int:
    """Return the port of the lab that was started last, else the default one."""
    try:
        return _checked(int(last_port_file().read_text(encoding="utf-8")))
    except (FileNotFoundError, ValueError, UsageError):
        return DEFAULT_PORT


def choose_account(number: str) -> str:
    """Return the account of this command: the one given.

    Raises:
        UsageError: It is not twelve digits.
    """
    if not _ACCOUNT.fullmatch(number):
        raise UsageError(
            say(
                "{number!r} is not an account: give twelve digits, such as --account 222222222222.",
                number=number,
            )
        )
    _THIS_COMMAND.account = number
    return number


def account_of_this_command() -> str:
    """Return the account of the command that is running."""
    return _THIS_COMMAND.account


def choose_target(name: TargetName | None) -> TargetName | None:
    """Note the target of this command: the one given."""
    _THIS_COMMAND.target = name
    return name


def target_of_this_command() -> TargetName | None:
    """Return the target of the command that is running; None where it was given none."""
    return _THIS_COMMAND.target


def is_lab_here() -> bool:
    """Return whether the command that is running is about a lab on this machine."""
    target = target_of_this_command()
    return target is None or target.is_lab


def _checked(port: int) -> int:
    if not 1 <= port <= HIGHEST_PORT:
        raise UsageError(
            say(
                "{port} is no port; take one from 1024 to {highest}, such as 4566.",
                port=port,
                highest=HIGHEST_PORT,
            )
        )
    return port

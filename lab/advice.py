"""The commands that messages advise, written so that they mean the lab that is talked about."""

from lab.current import port_of_this_command, port_without_option
from lab.engines.environment import DEFAULT_PORT
from lab.errors import UsageError


def command(words: str, port: int | None = None) -> str:
    """A command of the lab for people to type.

    It names the port unless any terminal means that lab without it: the last `up` may be of
    another lab, and a stopped lab is no longer the last.

    Args:
        words: what follows `scripts/lab`, for example `up --mailbox`.
        port: of the lab it is for; by default of the lab that this command means.
    """
    meant = port_of_this_command() if port is None else port
    needs_no_port = meant == DEFAULT_PORT and _port_without_option() == DEFAULT_PORT
    return f"scripts/lab {words}" if needs_no_port else f"scripts/lab {words} --port {meant}"


def _port_without_option() -> int | None:
    try:
        return port_without_option()
    except UsageError:  # LOCALSTACK_PORT is no port
        return None

"""Which lab a command means, and what is remembered of each lab that was started."""

import json
import os
import re
import shutil
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from lab.engines.environment import DEFAULT_PORT, lab_settings
from lab.errors import UsageError
from lab.paths import STATE, lab_home

if TYPE_CHECKING:
    from lab.engines.base import Engine
    from provision.settings import Settings

HIGHEST_PORT = 65535
CURRENT = STATE / "current"
FIRST_ACCOUNT = "000000000000"
"""The account that `up` provisions, and that commands mean unless told."""

_ACCOUNT = re.compile(r"[0-9]{12}")


@dataclass
class _Command:
    """What the command that is running has said so far.

    Attributes:
        port: of the lab it means.
        account: that it means in there.
    """

    port: int = DEFAULT_PORT
    account: str = FIRST_ACCOUNT


_THIS_COMMAND = _Command()


@dataclass(frozen=True)
class Lab:
    """One lab, as it was started.

    Attributes:
        port: where it listens on 127.0.0.1.
        engine: `local` or `compose`.
        profile: `workshop` or `quick`.
        variables: the LAB_* variables that name its resources.
        mailbox_port: where its web mailbox is; None for a lab without one.
    """

    port: int
    engine: str = "local"
    profile: str = "workshop"
    variables: dict[str, str] = field(default_factory=dict)
    mailbox_port: int | None = None

    @property
    def endpoint(self) -> str:
        """Where AWS clients go."""
        return f"http://127.0.0.1:{self.port}"

    @property
    def settings(self) -> "Settings":
        """Names and numbers of the resources in the first account.

        Raises:
            UsageError: a LAB_* variable has a value that cannot be used.
        """
        return self.settings_of(FIRST_ACCOUNT)

    def settings_of(self, account: str) -> "Settings":
        """Names and numbers of an account's resources.

        Raises:
            UsageError: a LAB_* variable has a value that cannot be used.
        """
        from provision.settings import Settings, SettingsError

        try:
            return Settings.from_environment(self.variables_of(account))
        except SettingsError as error:
            raise UsageError(str(error)) from error

    def variables_of(self, account: str) -> dict[str, str]:
        """The variables that name an account's resources.

        Bucket names are shared by all accounts (S3 user guide, "General purpose buckets naming
        rules"), so those of a further account end in its number and not in LAB_SUFFIX.
        """
        variables = {**self.variables, "LAB_PROFILE": self.profile}
        return variables if account == FIRST_ACCOUNT else {**variables, "LAB_SUFFIX": account}

    def make_engine(self) -> "Engine":
        """The engine that runs it."""
        from lab.engines.choice import EngineChoice, make_engine

        return make_engine(
            EngineChoice(self.engine),
            self.port,
            self.profile,
            self.variables,
            self.mailbox_port,
        )


def meant_port(given: int | None) -> int:
    """The port a command means: the one given, LOCALSTACK_PORT, the last `up`, or 4566.

    Raises:
        UsageError: a port that is none.
    """
    _THIS_COMMAND.port = port_without_option() if given is None else _checked(given)
    return _THIS_COMMAND.port


def port_without_option() -> int:
    """The port a command without `--port` means.

    Raises:
        UsageError: LOCALSTACK_PORT is no port.
    """
    named = os.environ.get("LOCALSTACK_PORT", "")
    if not named:
        return _last_port()
    if not named.isdecimal():
        raise UsageError(f"LOCALSTACK_PORT is {named!r}, but a port is a number such as 4566.")
    return _checked(int(named))


def port_of_this_command() -> int:
    """The port that the command which is running means; the default while it has not said."""
    return _THIS_COMMAND.port


def _checked(port: int) -> int:
    if not 1 <= port <= HIGHEST_PORT:
        raise UsageError(f"{port} is no port; take one from 1024 to {HIGHEST_PORT}, such as 4566.")
    return port


def meant_account(number: str) -> str:
    """The account a command means: the one given.

    Raises:
        UsageError: it is not twelve digits.
    """
    if not _ACCOUNT.fullmatch(number):
        raise UsageError(
            f"{number!r} is not an account: give twelve digits, such as --account 111111111111."
        )
    _THIS_COMMAND.account = number
    return number


def account_of_this_command() -> str:
    """The account that the command which is running means."""
    return _THIS_COMMAND.account


def meant_lab(port: int | None = None) -> Lab:
    """The lab a command means: the one that runs, else the one last started, else the usual one.

    What runs is asked what it is: a record can be lost, damaged, or of a lab that is gone.
    """
    from lab.engines.compose import ComposeEngine
    from lab.engines.local import LocalEngine

    number = meant_port(port)
    environment = LocalEngine(port=number).running_environment()
    if environment is not None:
        return _started_with(number, "local", environment)
    recorded = _recorded(number)
    if recorded is not None and recorded.engine == "compose":
        return recorded  # without asking Docker each time
    container = ComposeEngine(port=number)
    environment = container.running_environment()
    if environment is not None:
        return _started_with(number, "compose", environment, container.running_mailbox_port())
    return recorded or _described_by_environment(number)


def _started_with(
    port: int, engine: str, environment: Mapping[str, str], mailbox_port: int | None = None
) -> Lab:
    """The lab that was started with these variables."""
    profile = environment["LAB_PROFILE"]
    return Lab(port, engine, profile, lab_settings(profile, environment), mailbox_port)


def _recorded(port: int) -> Lab | None:
    """The lab last started on this port; None where nothing, or no sense, is recorded of one."""
    try:
        lab = Lab(**json.loads(_record(port).read_text(encoding="utf-8")))
        sound = lab.port == port and lab.engine in ("local", "compose") and lab.settings
    except (FileNotFoundError, ValueError, TypeError, AttributeError, UsageError):
        return None
    return lab if sound else None


def _described_by_environment(port: int) -> Lab:
    variables = lab_settings(os.environ.get("LAB_PROFILE") or "workshop")
    return Lab(port=port, profile=variables["LAB_PROFILE"], variables=variables)


def record(lab: Lab) -> None:
    """Keep how this lab is started."""
    lab_home(lab.port).mkdir(parents=True, exist_ok=True)
    _write(_record(lab.port), json.dumps(asdict(lab), ensure_ascii=False))


def remember(lab: Lab) -> None:
    """Make this the lab later commands mean."""
    record(lab)
    _write(CURRENT, str(lab.port))


def forget(lab: Lab, *, wipe: bool) -> None:
    """Later commands mean another lab again.

    Args:
        lab: the lab that was stopped.
        wipe: also delete everything it wrote.
    """
    _record(lab.port).unlink(missing_ok=True)
    if _last_port() == lab.port:
        CURRENT.unlink(missing_ok=True)
    if wipe and lab_home(lab.port).exists():
        shutil.rmtree(lab_home(lab.port))


def _record(port: int) -> Path:
    return lab_home(port) / "lab.json"


def _last_port() -> int:
    try:
        return _checked(int(CURRENT.read_text(encoding="utf-8")))
    except (FileNotFoundError, ValueError, UsageError):
        return DEFAULT_PORT


def _write(path: Path, text: str) -> None:
    """Write whole or not at all: another command may be reading."""
    draft = path.with_name(f"{path.name}.{os.getpid()}")
    draft.write_text(text, encoding="utf-8")
    draft.replace(path)

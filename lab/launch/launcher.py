"""What starts and stops one lab, whatever it runs LocalStack in."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Protocol

Progress = Callable[[str], None]
"""Told, in a few words, what is being done now."""


def silent(_: str) -> None:
    """Report progress to nobody."""


@dataclass(frozen=True)
class LauncherStatus:
    """What a launcher says of its lab.

    Attributes:
        running: Whether the process (or container) is alive.
        ready: Whether LocalStack answers and every provisioning script has succeeded.
        detail: A few words for people, for example `pid 4711`.
    """

    running: bool
    ready: bool
    detail: str = ""


class Launcher(Protocol):
    """One lab on one port."""

    name: str
    port: int
    profile: str

    @property
    def endpoint(self) -> str:
        """Where AWS clients of this lab go, for example `http://127.0.0.1:4566`."""
        ...

    def start(self, progress: Progress = silent) -> None:
        """Start and provision; return when the lab is ready. Harmless when it runs already.

        Raises:
            LabError: It did not come up; the message says why and what to do.
        """
        ...

    def stop(self, *, wipe: bool = False) -> None:
        """Stop; nothing that was started is left. Harmless when it does not run.

        Args:
            wipe: Also delete the files of this lab.
        """
        ...

    def discard_state(self) -> None:
        """Delete the state that a lab that was stopped has saved by itself."""
        ...

    def status(self) -> LauncherStatus:
        """Return how the lab is doing now. Never raises for a lab that is down."""
        ...

    def running_environment(self) -> dict[str, str] | None:
        """Return what the running LocalStack was started with; None when it does not run."""
        ...

    def settings_for_later(self) -> list[str]:
        """Return the variables set now that a running lab takes up at its next start only."""
        ...

    def logs(self, *, follow: bool = False) -> Iterator[str]:
        """Yield LocalStack's own log, line by line."""
        ...

"""What asks a command to end: Ctrl-C, a closed terminal, `kill`. It stops what it began, then ends.

It imports next to nothing, because it has to be there before the command line is imported.
"""

import contextlib
import signal
import sys
import threading
from collections.abc import Iterator
from typing import Any, NoReturn

ENDING = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP, signal.SIGQUIT)
SOON_SECONDS = 0.01


class Interrupted(BaseException):
    """A signal asks the command to end. No `Exception`: nothing may take it for a failure.

    Args:
        number: Of the signal.
    """

    def __init__(self, number: int) -> None:
        super().__init__(signal.strsignal(number))
        self.number = number
        self.status = 128 + number
        """What to exit with, as shells count."""


def raise_when_asked_to_end() -> None:
    """Let a signal to end raise `Interrupted` from now on, also one held back by scripts/lab."""
    for number in ENDING:
        if signal.getsignal(number) is not signal.SIG_IGN:  # as nohup wants it
            signal.signal(number, _interrupt)
    sys.unraisablehook = _raise_again_soon
    signal.pthread_sigmask(signal.SIG_UNBLOCK, ENDING)


def end_when_asked_to() -> None:
    """Let a signal to end just end the process from now on: nothing is left to clean up."""
    for number in ENDING:
        if signal.getsignal(number) is not signal.SIG_IGN:
            signal.signal(number, signal.SIG_DFL)


@contextlib.contextmanager
def undisturbed() -> Iterator[None]:
    """Hold back signals to end until the block is over, for what must not be left half done."""
    if threading.current_thread() is not threading.main_thread():  # others get no signals
        yield
        return
    held: list[int] = []

    def hold(number: int, _: object) -> None:
        held.append(number)

    before: dict[signal.Signals, Any] = {number: signal.getsignal(number) for number in ENDING}
    mine = [number for number, handler in before.items() if handler is not signal.SIG_IGN]
    for number in mine:
        signal.signal(number, hold)
    try:
        yield
    finally:
        for number in mine:
            signal.signal(number, before[number])
        if held:
            signal.raise_signal(held[0])


def _interrupt(number: int, _: object) -> NoReturn:
    raise Interrupted(number)


def _raise_again_soon(unraisable: "sys.UnraisableHookArgs") -> None:
    """Raise an interruption once more that came up in a destructor, where Python drops it."""
    if not isinstance(unraisable.exc_value, Interrupted):
        sys.__unraisablehook__(unraisable)
        return
    number = unraisable.exc_value.number
    signal.signal(signal.SIGALRM, lambda *_: _interrupt(number, None))
    signal.setitimer(signal.ITIMER_REAL, SOON_SECONDS)

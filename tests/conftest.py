"""What holds for every test run."""

import os
import signal

import pytest


def pytest_configure(config: pytest.Config) -> None:  # noqa: ARG001 - pytest names it
    """Ends a run at SIGTERM as at Ctrl-C, so fixtures stop their labs; lets commands be English."""
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    os.environ["LAB_LANG"] = "en"  # what the tests expect, whatever the locale here
    for number in (signal.SIGHUP, signal.SIGINT, signal.SIGQUIT):
        if signal.getsignal(number) == signal.SIG_IGN:
            # Under nohup, or as a script's job in the background. What is ignored is ignored by
            # every process that a test starts as well, and some tests interrupt those; what is
            # handled is not.
            signal.signal(number, lambda *_: None)

"""What holds for every test run."""

import signal

import pytest


def pytest_configure(config: pytest.Config) -> None:  # noqa: ARG001 - pytest names it
    """Ends a run at SIGTERM as at Ctrl-C: its fixtures stop the labs they started."""
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    if signal.getsignal(signal.SIGHUP) == signal.SIG_IGN:
        # Under nohup. What is ignored is ignored by every process that a test starts as well, and
        # some tests hang up on those; what is handled is not.
        signal.signal(signal.SIGHUP, lambda *_: None)

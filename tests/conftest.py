"""What holds for every test run."""

import signal

import pytest


def pytest_configure(config: pytest.Config) -> None:  # noqa: ARG001 - pytest names it
    """Ends a run at SIGTERM as at Ctrl-C: its fixtures stop the labs they started."""
    signal.signal(signal.SIGTERM, signal.default_int_handler)

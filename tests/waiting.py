"""The words in which tests wait: `wait_until` of provision.waiting with the deadlines of tests.

No test sleeps and then reads once. A condition is asked again and again until it holds, until it
can never hold any more (`HopelessError`), or until the deadline; the failure then shows what was
last seen and the evidence (logs, executions, queue depths) that the test asked for.

Deadlines are multiples of the service level (one small file: upload to result in under two
seconds on a warm lab): a slow machine must not fail a test, a lost file must.
"""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from provision import waiting
from provision.waiting import GaveUpError, HopelessError

if TYPE_CHECKING:
    from collections.abc import Callable

__all__ = ["PATIENCE", "SERVICE_LEVEL", "GaveUpError", "HopelessError", "wait_until"]

SERVICE_LEVEL = 2.0
"""Seconds from upload to result that the lab promises for one small file."""

PATIENCE = float(os.environ.get("LAB_PATIENCE_SECONDS") or 30 * SERVICE_LEVEL)
"""Seconds after which one small file counts as lost, on the slowest machine we support."""


def wait_until[T](
    what: str,
    look: Callable[[], T | None],
    *,
    within: float = PATIENCE,
    seen: Callable[[], object] | None = None,
) -> T:
    """Ask `look` until it answers something true, and return that: see init/provision/waiting.py.

    Raises:
        GaveUpError: At the deadline, or at once when `look` says that it is hopeless.
    """
    __tracebackhide__ = True  # the report says it all
    return waiting.wait_until(what, look, within=within, seen=seen)

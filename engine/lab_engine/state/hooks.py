"""Bring the cloud back when LocalStack is ready, and save it when LocalStack stops.

The first runs before the scripts of the ready stage, so that the provisioner finds what was there.
What they call is imported in them: LocalStack imports hooks before it is configured.
"""

import os

from localstack.runtime import hooks

_FIRST = 100
"""The priority of hooks that run before LocalStack's own."""
_LAST = -100


def _is_on() -> bool:
    return os.environ.get("LAB_FIDELITY") != "off"


@hooks.on_infra_ready(priority=_FIRST)  # type: ignore[untyped-decorator]
def bring_back() -> None:
    """Load the automatic state, if this lab keeps one."""
    if _is_on():
        from lab_engine.state import keeping  # noqa: PLC0415 - see above

        keeping.bring_back()


@hooks.on_infra_ready(priority=_LAST)  # type: ignore[untyped-decorator]
def begin_saving() -> None:
    """Save automatically from now on: the scripts of the ready stage have run."""
    if _is_on():
        from lab_engine.state import keeping  # noqa: PLC0415 - see above

        keeping.begin_saving()


@hooks.on_infra_shutdown(priority=_FIRST)  # type: ignore[untyped-decorator]
def save_at_the_end() -> None:
    """Save once more, before LocalStack stops its services."""
    if _is_on():
        from lab_engine.state import keeping  # noqa: PLC0415 - see above

        keeping.save_at_the_end()

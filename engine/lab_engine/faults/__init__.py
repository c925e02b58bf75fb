"""The fault switch: services that throttle, fail or dawdle, and functions struck down, on demand.

It is for exercises and tests: see docs/chaos.md. Nothing here happens unless it was asked for at
`/_lab/faults`.
"""

from lab_engine.faults import page, requests


def install() -> None:
    """Puts the faults before the services and serves the switch."""
    requests.install()
    page.install()

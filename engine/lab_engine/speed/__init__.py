"""Savings of time that change no behaviour, one module each with its reason.

Where the time of a file goes was measured with 100 files on two cores; see bench/.
"""

from lab_engine.speed import (
    asl_trees,
    jsonpath_expressions,
    status_change_events,
    stopping,
    task_clients,
    warm_environments,
)


def install() -> None:
    """Installs all savings."""
    jsonpath_expressions.install()
    task_clients.install()
    asl_trees.install()
    status_change_events.install()
    warm_environments.install()
    stopping.install()

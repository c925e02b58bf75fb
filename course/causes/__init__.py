"""The causes: how a known mistake is recognised, one module a service.

A cause takes a `Case` and keyword arguments from step.yaml. It returns None when its mistake does
not show, else the facts that the mistake's message speaks of, `{}` where there are none to tell.
"""

from collections.abc import Callable

from course.case import Facts
from course.registry import Registry

causes: Registry[Callable[..., Facts | None]] = Registry("cause")

# Each module registers its causes.
from course.causes import (  # noqa: E402, F401
    alarms,
    buckets,
    dashboards,
    event_rules,
    event_sources,
    functions,
    jobs,
    metrics,
    notifications,
    queues,
    rest_apis,
    roles,
    stacks,
    state_machines,
    streams,
    tables,
    traces,
    triggers,
    workflow_functions,
)

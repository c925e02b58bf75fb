"""The probes: what a check can find out, one module a subject.

A probe takes a `Case` and keyword arguments from step.yaml and returns a `Finding`. There are four
kinds: something *exists*, a *setting* is so, a *behaviour* shows (put something in, wait for what
comes out), and *evidence* of what was done is there (logs, history, metrics, mails). A probe judges
the outcome and never the tool or the way; it knows nothing of mistakes, which are in
`course/causes`.
"""

from collections.abc import Callable

from course.finding import Finding
from course.registry import Registry

probes: Registry[Callable[..., Finding]] = Registry("probe")

# Each module registers its probes.
from course.probes import (  # noqa: E402, F401
    alarms,
    buckets,
    dashboards,
    event_rules,
    event_sources,
    executions,
    functions,
    jobs,
    metrics,
    notifications,
    queued_jobs,
    queues,
    rest_apis,
    roles,
    stacks,
    state_machines,
    streams,
    tables,
    traces,
    triggers,
    uploads,
    workflow_functions,
)

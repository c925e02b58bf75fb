"""Make the queue with the region that the console happened to show."""

from dataclasses import replace

from course.resources import Resource, remove
from course.sandbox import Sandbox
from course.solving import queue_url
from course.week2.step1_dlq.solve import DLQ, solve
from provision.changes import Changes


def make(sandbox: Sandbox) -> None:
    """Have the queue in us-east-1."""
    remove(sandbox, Resource("queue", queue_url(sandbox, DLQ)))
    solve(replace(sandbox, region="us-east-1"), Changes())

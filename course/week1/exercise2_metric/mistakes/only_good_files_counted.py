"""Count what went well."""

from course.resources import Resource, remove
from course.sandbox import Sandbox
from course.week1.exercise2_metric.solve import GROUP


def make(sandbox: Sandbox) -> None:
    """Take the filter for rejected files away."""
    remove(sandbox, Resource("metric filter", f"{GROUP}#FilesRejected"))

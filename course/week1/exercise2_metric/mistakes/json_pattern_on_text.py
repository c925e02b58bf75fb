"""Look for a field of JSON in lines that are not JSON from their first letter."""

from course.sandbox import Sandbox
from course.week1.exercise2_metric.solve import FILTERS, ensure_filter
from provision.changes import Changes


def make(sandbox: Sandbox) -> None:
    """Write both patterns as if the lines were bare JSON."""
    for metric, event in FILTERS.items():
        ensure_filter(sandbox, Changes(), metric, f'{{ $.event = "{event}" }}')

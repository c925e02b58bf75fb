"""Use the filter patterns in LocalStack, and refuse a malformed one at its creation."""

import functools
from collections.abc import Callable
from typing import Any

from localstack.aws.api.logs import InvalidParameterException

from lab_engine.logs.patterns import Matcher, PatternError, compile_pattern

compiled = functools.lru_cache(maxsize=256)(compile_pattern)
"""Patterns are compiled once: there are few patterns and many lines."""


def pattern_matcher(pattern: str) -> Callable[[str, Any], bool]:
    """Return the matcher of a pattern; refuse a malformed one."""
    matches: Matcher = _compiled_or_refused(pattern)
    return lambda _pattern, event: matches(
        event["message"] if isinstance(event, dict) else event.message
    )


def put_metric_filter_once(
    put_metric_filter: Callable[..., None],
    self: Any,
    filter_name: str,
    filter_pattern: str,
    log_group_name: str,
    metric_transformations: Any,
) -> None:
    """Check the pattern, and replace a filter of the same name instead of adding a second."""
    _compiled_or_refused(filter_pattern)
    self.filters.delete_filter(filter_name, log_group_name)
    put_metric_filter(self, filter_name, filter_pattern, log_group_name, metric_transformations)


def _compiled_or_refused(pattern: str) -> Matcher:
    try:
        return compiled(pattern)
    except PatternError as error:
        message = f"Invalid filter pattern: {error}"
        raise InvalidParameterException(message) from error

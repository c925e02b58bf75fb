"""Parse each JSONPath once: jsonpath_ng rebuilds its parser's tables for every expression.

That is 4 to 19 ms, several times in each state. A parsed expression holds no state, so one serves
all threads.
"""

import functools
from collections.abc import Callable
from typing import Any

_EXPRESSIONS = 4096


def cached(parse: Callable[[str], Any]) -> Callable[[str], Any]:
    """Return a parser with a cache."""

    @functools.lru_cache(_EXPRESSIONS)
    def parse_once(expression: str) -> Any:
        return parse(expression)

    return parse_once

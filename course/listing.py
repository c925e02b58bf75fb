"""What AWS lists in pages, as one list."""

from collections.abc import Iterator
from typing import Any


def listed(client: Any, operation: str, key: str, **given: Any) -> Iterator[Any]:
    """Yield what a paginated call lists, over all pages.

    Args:
        client: A boto3 client.
        operation: As boto3 names it, for example `list_queues`.
        key: Under which field of the answer the list stands.
        given: The call's parameters.
    """
    for page in client.get_paginator(operation).paginate(**given):
        yield from page.get(key, ())

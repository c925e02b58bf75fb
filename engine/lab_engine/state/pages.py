"""Lists that only grow: what they had is written once, page by page."""

from collections.abc import Iterable
from typing import Any

from lab_engine.state.codec import Sealed


class Pages:
    """The sealed pages of a list, remembered from one save to the next.

    Args:
        size: How many items a page has.
    """

    def __init__(self, size: int) -> None:
        self._size = size
        self._pages: list[Sealed] = []

    def sealed(self, items: list[Any], *, to_the_end: bool = False) -> list[Any]:
        """Return the items, with those that are a page replaced by the sealed page.

        Args:
            items: All items. Those that are sealed must not change themselves, and what is in the
                list already keeps its order.
            to_the_end: Seal the last page although it is not full. It may grow all the same.
        """
        end = len(items) if to_the_end else len(items) - len(items) % self._size
        pages: list[Sealed] = []
        for first in range(0, end, self._size):
            part = items[first : min(first + self._size, end)]
            known = self._pages[len(pages)] if len(pages) < len(self._pages) else None
            pages.append(known if known and _are_same(known.value, part) else Sealed(part))
        self._pages = pages
        return [*pages, *items[end:]]

    def opened(self, written: Iterable[Any]) -> list[Any]:
        """Return the items of a decoded list, and remember its pages."""
        items: list[Any] = []
        self._pages = []
        for each in written:
            if isinstance(each, Sealed):
                self._pages.append(each)
                items += each.value
            else:
                items.append(each)
        return items


def _are_same(one: list[Any], other: list[Any]) -> bool:
    """Tell whether two parts of a list that keeps its order are the same."""
    return len(one) == len(other) and one[0] is other[0] and one[-1] is other[-1]

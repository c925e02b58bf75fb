"""What the console knows of a service: its name, and the pages that it has."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from console.page import Page


@dataclass(frozen=True)
class Service:
    """A service in the navigation.

    Args:
        id: As in addresses.
        name: As AWS's console names it.
        icon: A Material icon.
        pages: What draws each page, by its name in addresses; the first page has no name.
    """

    id: str
    name: str
    icon: str
    pages: Mapping[str, Callable[[Page], None]]

"""The one way in which the plugin changes LocalStack: tables of replacements.

Each room has a module `patches.py`, and nothing else in the room touches LocalStack. Its table
`PATCHES` says what is replaced, by what, why, and which gap that closes; its table `STARTS` what
else begins with LocalStack: pages and threads. `startup.py` reads the tables of all rooms.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from localstack.utils.patch import create_patch_proxy

from lab_engine.gaps import Gap


def _always() -> bool:
    return True


@dataclass(frozen=True, slots=True)
class Replacement:
    """One function or value of LocalStack's, and what takes its place.

    Attributes:
        owner: The class or module that has it.
        name: Its name there.
        by: What takes its place.
        wraps: `by` gets the original function as its first argument.
        why: What is wrong or slow without it.
        gap: The difference from AWS that it helps to close; None for a saving of time.
        in_plain: It stays with `LAB_FIDELITY=off`.
        only_if: Whether it is wanted in this lab, asked when LocalStack starts.
    """

    owner: Any
    name: str
    by: Any
    wraps: bool
    why: str
    gap: Gap | None
    in_plain: bool
    only_if: Callable[[], bool]

    def apply(self) -> None:
        """Put it in place.

        Raises:
            AttributeError: LocalStack has nothing of this name.
        """
        original = getattr(self.owner, self.name)
        setattr(
            self.owner, self.name, create_patch_proxy(original, self.by) if self.wraps else self.by
        )


@dataclass(frozen=True, slots=True)
class Start:
    """Something that begins with LocalStack and replaces nothing, such as a page or a thread."""

    run: Callable[[], None]
    in_plain: bool = False


def around(
    owner: Any,
    name: str,
    by: Callable[..., Any],
    *,
    why: str,
    gap: Gap | None = None,
    in_plain: bool = False,
    only_if: Callable[[], bool] = _always,
) -> Replacement:
    """Describe a replacement that is given the original as its first argument."""
    return Replacement(owner, name, by, True, why, gap, in_plain, only_if)


def instead(
    owner: Any,
    name: str,
    by: Any,
    *,
    why: str,
    gap: Gap | None = None,
    in_plain: bool = False,
    only_if: Callable[[], bool] = _always,
) -> Replacement:
    """Describe a replacement that does without the original, or replaces a value."""
    return Replacement(owner, name, by, False, why, gap, in_plain, only_if)


def apply(patches: Iterable[Replacement], starts: Iterable[Start], *, is_plain: bool) -> None:
    """Apply one room's tables.

    Args:
        patches: Its replacements.
        starts: What else begins.
        is_plain: Take only what stays with `LAB_FIDELITY=off`.
    """
    for patch in patches:
        if (patch.in_plain or not is_plain) and patch.only_if():
            patch.apply()
    for start in starts:
        if start.in_plain or not is_plain:
            start.run()

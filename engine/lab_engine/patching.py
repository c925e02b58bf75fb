"""The one way in which the plugin changes LocalStack: tables of patches.

Each room has a module `patches.py`, and no other module of the room patches LocalStack. Its table
`PATCHES` says what is replaced, by what, why, and which gap that closes; its table `STARTS` what
else is done at LocalStack's start: pages, threads, savings. `startup.py` reads all rooms' tables.
"""

from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass
from typing import Any

from localstack.utils.patch import create_patch_proxy

from lab_engine.gaps import Gap


def _always() -> bool:
    return True


@dataclass(frozen=True, slots=True)
class Replacement:
    """One function or value of LocalStack, and what replaces it.

    Attributes:
        owner: The class or module that has it.
        name: Its name there.
        by: What replaces it.
        wraps: `by` gets the original function as its first argument.
        why: What is wrong or slow without it.
        gap: The difference from AWS that it helps to close; None for a saving of time.
        in_plain: It is applied with `LAB_FIDELITY=off` too.
        only_if: Tells whether this lab wants it; called when LocalStack starts.
    """

    owner: Any
    name: str
    by: Any
    wraps: bool
    why: str
    gap: Gap | None
    in_plain: bool
    only_if: Callable[[], bool]

    @property
    def saving(self) -> str | None:
        """The module of a function that saves time, such as `runtime.direct_calls`, or None."""
        by = self.by.fget if isinstance(self.by, property) else self.by
        return None if self.gap or not callable(by) else _place_of(by)

    def apply(self) -> None:
        """Replace the original.

        Raises:
            AttributeError: LocalStack has nothing of this name.
        """
        original = getattr(self.owner, self.name)
        setattr(
            self.owner, self.name, create_patch_proxy(original, self.by) if self.wraps else self.by
        )


@dataclass(frozen=True, slots=True)
class Start:
    """Something that is done at LocalStack's start and replaces nothing of it: a page or a thread.

    Attributes:
        run: Does it.
        in_plain: It is done with `LAB_FIDELITY=off` too.
        saves: What it saves, if it only saves time or memory.
    """

    run: Callable[[], None]
    in_plain: bool = False
    saves: str | None = None

    @property
    def saving(self) -> str | None:
        """The module of a function that only saves something, or None."""
        return _place_of(self.run) if self.saves else None


def _place_of(function: Callable[..., Any]) -> str:
    return function.__module__.removeprefix("lab_engine.")


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
    """Describe a replacement that does not call the original, or that replaces a value."""
    return Replacement(owner, name, by, False, why, gap, in_plain, only_if)


def apply(
    patches: Iterable[Replacement],
    starts: Iterable[Start],
    *,
    is_plain: bool,
    without: Collection[str] = (),
) -> None:
    """Apply one room's tables.

    Args:
        patches: Its replacements.
        starts: What else is started.
        is_plain: Apply only what `LAB_FIDELITY=off` keeps.
        without: Savings that are left out.
    """
    for patch in patches:
        if patch.saving in without:
            continue
        if (patch.in_plain or not is_plain) and patch.only_if():
            patch.apply()
    for start in starts:
        if start.saving in without:
            continue
        if start.in_plain or not is_plain:
            start.run()

"""One fault: read from JSON, or refused in one line."""

import itertools
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from functools import cache
from typing import Any

import botocore.session

from lab_engine.faults.answers import SERVICES


class Kind(StrEnum):
    """What a fault does."""

    THROTTLE = "throttle"
    ERROR = "error"
    SLOW = "slow"
    KILL = "kill"
    MEMORY = "memory"
    """The function's process counts as using more memory than its memory size."""

    @property
    def strikes_functions(self) -> bool:
        """Whether its target is a function, and not a service."""
        return self in (Kind.KILL, Kind.MEMORY)


class Point(StrEnum):
    """When a function's process is killed."""

    BEFORE = "before"
    """The process has the event, and the handler has not begun."""
    DURING = "during"
    """The handler calls AWS; the call has no effect."""
    AFTER = "after"
    """The handler has returned and its effects remain, but its answer is lost."""


DEFAULT_SECONDS = 60.0
"""How long a service is faulty if the fault does not say."""

DEFAULT_LOSSES = 1
"""How often a function's process is lost if the fault does not say."""

DEFAULT_DELAY_SECONDS = 2.0
LONGEST_SECONDS = 3600.0
LONGEST_DELAY_SECONDS = 30.0
MOST_CALLS = 100_000

_ids = itertools.count(1)


class FaultError(ValueError):
    """A fault that is not possible; the message is one line.

    Args:
        sentence: The message, with `{names}` for its facts: a command line that speaks another
            language finds its own sentence by it.
        facts: What they stand for.
    """

    def __init__(self, sentence: str, **facts: object) -> None:
        self.sentence = sentence
        self.facts = {name: str(fact) for name, fact in facts.items()}
        super().__init__(sentence.format_map(self.facts))


@dataclass
class Fault:
    """One thing that goes wrong for a while.

    Attributes:
        kind: what it does.
        target: the service, or for `kill` and `memory` the function.
        account: the only account that is affected; None means any.
        operation: the only operation that is affected; None means any.
        role: the name of the only role that is affected; None means any role. Requests without a
            role, the student's own, are never affected.
        point: when the process is killed, for `kill`.
        delay: seconds, for `slow`.
        calls: how many calls are affected at most; None means any number.
        seconds: how long the fault lasts.
        struck: how many calls were affected so far.
    """

    kind: Kind
    target: str
    account: str | None = None
    operation: str | None = None
    role: str | None = None
    point: Point | None = None
    delay: float = 0.0
    calls: int | None = None
    seconds: float = LONGEST_SECONDS
    struck: int = 0
    id: str = field(default_factory=lambda: str(next(_ids)))
    began: float = field(default_factory=time.monotonic)

    @property
    def seconds_left(self) -> float:
        """How long the fault still lasts."""
        return max(0.0, self.began + self.seconds - time.monotonic())

    @property
    def is_over(self) -> bool:
        """Whether it affects no more calls."""
        return self.seconds_left <= 0 or (self.calls is not None and self.struck >= self.calls)

    def as_json(self) -> dict[str, Any]:
        """Return what the page shows."""
        return {
            "id": self.id,
            "kind": self.kind,
            "target": self.target,
            "account": self.account,
            "operation": self.operation,
            "role": self.role,
            "at": self.point,
            "delay": self.delay,
            "calls": self.calls,
            "seconds_left": round(self.seconds_left, 1),
            "struck": self.struck,
            "over": self.is_over,
        }


def read_fault(
    wanted: Mapping[str, Any], functions: frozenset[str], roles: frozenset[str]
) -> Fault:
    """Return the fault that JSON describes.

    Args:
        wanted: `kind` and `target`; `account`, `operation`, `role`, `at`, `delay`, `calls` and
            `seconds` are optional.
        functions: the names of the functions the account has.
        roles: the names of the roles it has.

    Raises:
        FaultError: The fault is not possible.
    """
    unknown = set(wanted) - {
        "kind", "target", "account", "operation", "role", "at", "delay", "calls", "seconds",
    }  # fmt: skip
    if unknown:
        raise FaultError("there is no {name} in a fault", name=repr(min(unknown)))
    kind = Kind(_one_of("kind", wanted.get("kind"), tuple(Kind)))
    kills, of_function = kind is Kind.KILL, kind.strikes_functions
    target = _one_of("target", wanted.get("target"), sorted(functions) if of_function else SERVICES)
    operation = wanted.get("operation")
    if operation is not None:
        _one_of("operation", operation, _operations(None if of_function else target))
    role = wanted.get("role")
    if role is not None:
        _one_of("role", role, sorted(roles))
    for name, meant in (
        ("at", kills),
        ("delay", kind is Kind.SLOW),
        ("role", not of_function),
        ("operation", kind is not Kind.MEMORY),
    ):
        if wanted.get(name) is not None and not meant:
            raise FaultError("{name} means nothing for {kind}", name=repr(name), kind=kind)
    point = Point(_one_of("at", wanted.get("at") or Point.DURING, tuple(Point))) if kills else None
    if operation is not None and point in (Point.BEFORE, Point.AFTER):
        raise FaultError("'operation' means something for kill only at 'during'")
    calls, seconds = wanted.get("calls"), wanted.get("seconds")
    if calls is None and of_function:
        calls = DEFAULT_LOSSES
    if seconds is None:
        seconds = LONGEST_SECONDS if calls is not None else DEFAULT_SECONDS
    delay = 0.0
    if kind is Kind.SLOW:
        asked = wanted.get("delay")
        asked = DEFAULT_DELAY_SECONDS if asked is None else asked
        delay = _number("delay", asked, LONGEST_DELAY_SECONDS)
    return Fault(
        kind=kind,
        target=target,
        account=wanted.get("account"),
        operation=operation,
        role=role,
        point=point,
        delay=delay,
        calls=None if calls is None else int(_number("calls", calls, MOST_CALLS, whole=True)),
        seconds=_number("seconds", seconds, LONGEST_SECONDS),
    )


def _one_of(name: str, value: object, known: tuple[str, ...] | list[str]) -> str:
    if not isinstance(value, str) or value not in known:
        choices = ", ".join(known) if len(known) < 20 else "an operation of the AWS API"  # noqa: PLR2004
        raise FaultError(
            "{name} is {value}, but must be one of: {choices}",
            name=name,
            value=repr(value),
            choices=choices,
        )
    return str(value)


def _number(name: str, value: Any, most: float, *, whole: bool = False) -> float:
    is_number = isinstance(value, int | float) and not isinstance(value, bool)
    if not is_number or not 0 < value <= most or (whole and value != int(value)):
        facts = {"name": name, "value": repr(value), "most": f"{most:g}"}
        if whole:
            raise FaultError(
                "{name} is {value}, but must be a whole number above 0, at most {most}", **facts
            )
        raise FaultError("{name} is {value}, but must be a number above 0, at most {most}", **facts)
    return float(value)


@cache
def _operations(service: str | None) -> tuple[str, ...]:
    """Return the operations of one service, or of all that can be faulty."""
    session = botocore.session.get_session()
    services = SERVICES if service is None else (service,)
    return tuple(
        name for each in services for name in session.get_service_model(each).operation_names
    )

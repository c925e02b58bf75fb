"""How IAM compares strings: the wildcards `*` and `?`, ARNs by segment, and policy variables.

Patterns and values come from users, so nothing here may take long: a pattern never becomes a
regular expression that backtracks.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum
from functools import cached_property, lru_cache
from itertools import groupby
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

type ContextValue = str | tuple[str, ...]
type Context = Mapping[str, ContextValue]
"""The request's condition keys, in lower case, with their value or values."""

_ARN_SEGMENTS: Final = 6
_REMEMBERED: Final = 8192


class LazyContext(Mapping[str, ContextValue]):
    """Condition keys that are computed at their first use; few policies use any.

    Args:
        gather: Returns them; called once at most.
    """

    def __init__(self, gather: Callable[[], Context]) -> None:
        self._gather = gather

    @cached_property
    def _keys(self) -> Context:
        return self._gather()

    def __getitem__(self, key: str) -> ContextValue:
        """Return the value of a key."""
        return self._keys[key]

    def __iter__(self) -> Iterator[str]:
        """Return the keys."""
        return iter(self._keys)

    def __len__(self) -> int:
        """Return how many there are."""
        return len(self._keys)


class UnknownVariableError(LookupError):
    """A pattern has a variable that the request does not have."""


class Wildcard(Enum):
    """The wildcards."""

    MANY = "*"
    ONE = "?"


@dataclass(frozen=True, slots=True)
class Value:
    """Literal text: a variable's value, or `${*}`. A colon in it does not end a segment."""

    text: str


@dataclass(frozen=True, slots=True)
class Variable:
    """A policy variable, such as `${aws:username}` or `${aws:username, 'nobody'}`.

    Attributes:
        key: The condition key, in lower case.
        default: The text if the request does not have the key; None without a default.
    """

    key: str
    default: str | None

    def value(self, context: Context) -> Value:
        """Return its text in a request.

        Raises:
            UnknownVariableError: It has neither a single value nor a default.
        """
        found = context.get(self.key)
        if isinstance(found, str):
            return Value(found)
        if self.default is None:
            raise UnknownVariableError(self.key)
        return Value(self.default)


type Token = str | Value | Wildcard | Variable

_LITERALS: Final = ("*", "?", "$")
"""Characters that a policy writes as `${*}` to use them literally."""
_PARTS = re.compile(r"[^*?]+|[*?]")


@dataclass(frozen=True, slots=True)
class Pattern:
    """A string of a policy, as text, wildcards and variables."""

    tokens: tuple[Token, ...]

    @property
    def has_variables(self) -> bool:
        """Whether it depends on the request."""
        return any(isinstance(token, Variable) for token in self.tokens)

    @property
    def has_wildcards(self) -> bool:
        """Whether it matches more than one string."""
        return any(isinstance(token, Wildcard) for token in self.tokens)

    @property
    def text(self) -> str:
        """The pattern as text, for a pattern without variables."""
        return "".join(map(_shown, self.tokens))

    def filled(self, context: Context) -> Pattern:
        """Return the pattern with its variables replaced by the request's values.

        Raises:
            UnknownVariableError: A variable has neither a single value nor a default.
        """
        if not self.has_variables:
            return self
        return Pattern(
            tuple(t.value(context) if isinstance(t, Variable) else t for t in self.tokens)
        )

    def matches(self, value: str) -> bool:
        """Tell whether the value matches the pattern; `*` matches any characters."""
        return _glob(self.tokens).matches(value)

    def matches_arn(self, value: str) -> bool:
        """Tell whether the ARN matches the pattern, segment by segment.

        A wildcard matches inside its own segment of the six; only the last one, the resource, may
        have colons (IAM user guide, "IAM JSON policy elements: Resource"). A pattern that is not a
        whole ARN, such as `*`, is compared as plain text.
        """
        segments = _arn_segments(self)
        if len(segments) == 1:
            return segments[0].matches(value)
        values = value.split(":", _ARN_SEGMENTS - 1)
        return len(values) == _ARN_SEGMENTS and all(
            pattern.matches(part) for pattern, part in zip(segments, values, strict=True)
        )


@lru_cache(_REMEMBERED)
def parse(text: str, *, variables: bool = True) -> Pattern:
    """Return the pattern of a string in a policy.

    Args:
        text: The string.
        variables: Whether the policy's version has variables, 2012-10-17.
    """
    tokens: list[Token] = []
    rest = text
    while variables:
        before, opened, behind = rest.partition("${")
        name, closed, after = behind.partition("}")
        if not opened or not closed:
            break
        tokens += [*_plain(before), _variable(name)]
        rest = after
    return Pattern((*tokens, *_plain(rest)))


def _shown(token: Token) -> str:
    match token:
        case Value(text):
            return text
        case Wildcard():
            return token.value
        case Variable(key):
            raise UnknownVariableError(key)
    return token


def _plain(text: str) -> list[Token]:
    return [Wildcard(part) if part in ("*", "?") else part for part in _PARTS.findall(text)]


def _variable(name: str) -> Token:
    if name in _LITERALS:
        return Value(name)
    key, comma, default = name.partition(",")
    default = default.strip()
    quoted = comma and default[:1] == default[-1:] == "'" and len(default) > 1
    return Variable(
        key.strip().lower() if quoted else name.lower(), default[1:-1] if quoted else None
    )


@lru_cache(_REMEMBERED)
def _arn_segments(pattern: Pattern) -> tuple[Pattern, ...]:
    """Return the six segments of a pattern for an ARN.

    The whole pattern is returned if it is not an ARN, or has wildcards in the last segment only.
    """
    segments: list[list[Token]] = [[]]
    for token in pattern.tokens:
        if not isinstance(token, str):
            segments[-1].append(token)
            continue
        first, *others = token.split(":", _ARN_SEGMENTS - len(segments))
        segments[-1].append(first)
        segments += [[other] for other in others]
    head = (token for segment in segments[:-1] for token in segment)
    if len(segments) < _ARN_SEGMENTS or all(isinstance(t, str) and ":" not in t for t in head):
        return (pattern,)
    return tuple(Pattern(tuple(filter(None, segment))) for segment in segments)


# Comparing ------------------------------------------------------------------------------------


class _Piece:
    """Text between two `*`, with `?` for any one character."""

    def __init__(self, tokens: tuple[Token, ...]) -> None:
        text = Pattern(tokens).text
        self.length = len(text)
        self._text = text
        self._expression: re.Pattern[str] | None = None
        if Wildcard.ONE in tokens:
            # It has a fixed length, so it cannot backtrack.
            parts = ("." if t is Wildcard.ONE else re.escape(_shown(t)) for t in tokens)
            self._expression = re.compile("".join(parts), re.DOTALL)

    def is_at(self, value: str, start: int) -> bool:
        if self._expression is None:
            return value.startswith(self._text, start)
        return self._expression.match(value, start) is not None

    def find(self, value: str, start: int, end: int) -> int:
        """Return its first position between start and end, or -1."""
        if self._expression is None:
            return value.find(self._text, start, end)
        found = self._expression.search(value, start, end)
        return found.start() if found else -1


class _Glob:
    """A pattern split at its `*`: each piece is searched once, after the previous one.

    That is enough: the first match of a piece leaves the most text for the pieces after it.
    """

    def __init__(self, tokens: tuple[Token, ...]) -> None:
        cuts = [
            _Piece(tuple(group))
            for is_star, group in groupby(
                _with_gaps(tokens), key=lambda token: token is Wildcard.MANY
            )
            if not is_star
        ]
        self._has_star = Wildcard.MANY in tokens
        self._first, *self._middle = cuts
        self._last = self._middle.pop() if self._has_star else self._first

    def matches(self, value: str) -> bool:
        first, last = self._first, self._last
        if not self._has_star:
            return len(value) == first.length and first.is_at(value, 0)
        start, end = first.length, len(value) - last.length
        if start > end or not first.is_at(value, 0) or not last.is_at(value, end):
            return False
        for piece in self._middle:
            found = piece.find(value, start, end)
            if found < 0:
                return False
            start = found + piece.length
        return True


def _with_gaps(tokens: tuple[Token, ...]) -> Iterator[Token]:
    """Yield the tokens, with empty text between two stars and between a star and an end."""
    yield ""
    for token in tokens:
        yield token
        if token is Wildcard.MANY:
            yield ""


@lru_cache(_REMEMBERED)
def _glob(tokens: tuple[Token, ...]) -> _Glob:
    return _Glob(tokens)

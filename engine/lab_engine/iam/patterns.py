"""How IAM compares strings: the wildcards `*` and `?`, ARNs by segment, and policy variables."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import cached_property, lru_cache
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

type ContextValue = str | tuple[str, ...]
type Context = Mapping[str, ContextValue]
"""The request's condition keys, in lower case, with their value or values."""

_ARN_SEGMENTS: Final = 6


class LazyContext(Mapping[str, ContextValue]):
    """Condition keys that are gathered when a policy asks for one, which few do.

    Args:
        gather: returns them; called once at most.
    """

    def __init__(self, gather: Callable[[], Context]) -> None:
        self._gather = gather

    @cached_property
    def _keys(self) -> Context:
        return self._gather()

    def __getitem__(self, key: str) -> ContextValue:
        """The value of a key."""
        return self._keys[key]

    def __iter__(self) -> Iterator[str]:
        """The keys."""
        return iter(self._keys)

    def __len__(self) -> int:
        """How many there are."""
        return len(self._keys)


# ${aws:username}, or with a default: ${aws:username, 'nobody'}
_VARIABLE = re.compile(r"\$\{([^}]*)\}")
_DEFAULT = re.compile(r"\s*([^,]+?)\s*,\s*'([^']*)'\s*")
# What a policy writes to mean the character itself.
_LITERALS: Final = {"*": "*", "?": "?", "$": "$"}


class UnknownVariableError(LookupError):
    """A pattern names a key that the request does not carry, so it matches nothing."""


@lru_cache(maxsize=8192)
def glob(pattern: str) -> re.Pattern[str]:
    """The pattern as a regular expression in which `*` crosses every character."""
    return re.compile(_translated(pattern, ".*", "."), re.DOTALL)


@lru_cache(maxsize=8192)
def arn_glob(pattern: str) -> re.Pattern[str]:
    """The ARN pattern as a regular expression, compared segment by segment.

    A wildcard stays inside its own segment of the six; only the last one, the resource, may hold
    colons (IAM user guide, "IAM JSON policy elements: Resource"). A pattern that is no whole ARN,
    such as `*`, is compared as plain text.
    """
    segments = pattern.split(":", _ARN_SEGMENTS - 1)
    if len(segments) < _ARN_SEGMENTS:
        return glob(pattern)
    head = [_translated(segment, "[^:]*", "[^:]") for segment in segments[:-1]]
    tail = _translated(segments[-1], ".*", ".")
    return re.compile(":".join([*head, tail]), re.DOTALL)


def has_variable(pattern: str) -> bool:
    """Whether the pattern depends on the request."""
    return "${" in pattern


def substituted(pattern: str, context: Context) -> str:
    """The pattern with its policy variables replaced by the request's values.

    Args:
        pattern: a string of a policy of version 2012-10-17.
        context: the request's condition keys.

    Raises:
        UnknownVariableError: a variable has neither a single value nor a default.
    """

    def value_of(match: re.Match[str]) -> str:
        name = match.group(1)
        if name in _LITERALS:
            return _escaped(_LITERALS[name])
        default = _DEFAULT.fullmatch(name)
        key = (default.group(1) if default else name).lower()
        value = context.get(key)
        if isinstance(value, str):
            return _escaped(value)
        if default:
            return _escaped(default.group(2))
        raise UnknownVariableError(key)

    return _VARIABLE.sub(value_of, pattern)


# A value put into a pattern is compared literally. Its wildcards are hidden behind characters of
# Unicode's private use area until the pattern is translated.
_HIDDEN: Final = {"*": "\ue000", "?": "\ue001"}
_SHOWN: Final = {hidden: shown for shown, hidden in _HIDDEN.items()}


def literal(text: str) -> str:
    """The text with the hidden wildcards of substituted values shown again."""
    return "".join(_SHOWN.get(character, character) for character in text)


def _escaped(value: str) -> str:
    return "".join(_HIDDEN.get(character, character) for character in value)


def _translated(pattern: str, many: str, one: str) -> str:
    wildcards = {"*": many, "?": one}
    return "".join(
        wildcards.get(character) or re.escape(_SHOWN.get(character, character))
        for character in pattern
    )

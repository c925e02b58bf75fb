"""Filter expressions of GetTraceSummaries, as many of them as a trace here can answer.

Source: X-Ray developer guide, "Use filter expressions": `ok`, `error`, `fault`, `throttle`,
`partial`, `responsetime`, `duration`, `annotation.key` (or `annotation[key]`) and `service()`, with
`AND`, `OR`, `!` and parentheses. Of any other keyword it says that the lab does not know it.
"""

import operator
import re
from collections.abc import Callable, Mapping
from typing import Any, Final

from lab_engine.xray.summaries import Subject

type Filter = Callable[[Subject], bool]

_TOKEN: Final = re.compile(
    r"""\s*(?:(?P<text>"(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*')|(?P<number>-?\d+(?:\.\d+)?)"""
    r"""|(?P<word>[A-Za-z_][\w.]*)|(?P<sign>>=|<=|!=|[=<>!(){}\[\],:]))"""
)
_FLAGS: Final = ("ok", "error", "fault", "throttle", "partial")
_NUMBERS: Final = ("responsetime", "duration")
_COMPARISONS: Final[Mapping[str, Callable[[Any, Any], bool]]] = {
    "=": operator.eq,
    "!=": operator.ne,
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
}
_IN_TEXTS: Final[Mapping[str, Callable[[str, str], bool]]] = {
    "contains": lambda whole, part: part in whole,
    "beginswith": str.startswith,
    "endswith": str.endswith,
}
_BOOLEANS: Final = {"true": True, "false": False}
_DEEPEST: Final = 20
_KNOWN: Final = (*_FLAGS, *_NUMBERS, "annotation.key", "service()")


class FilterError(ValueError):
    """The expression is not one, or the lab does not know what it asks for."""


def parse(expression: str) -> Filter:
    """Return what tells whether a trace matches.

    Raises:
        FilterError: The message says why.
    """
    reader = _Reader(_tokens(expression))
    found = reader.either()
    if reader.next != ("", ""):
        message = f"{reader.next[1]!r} was not expected"
        raise FilterError(message)
    return found


def _tokens(expression: str) -> list[tuple[str, str]]:
    tokens, at = [], 0
    rest = expression.rstrip()
    while at < len(rest):
        found = _TOKEN.match(rest, at)
        if not found:
            message = f"{rest[at:].strip()[:20]!r} was not expected"
            raise FilterError(message)
        kind = str(found.lastgroup)
        tokens.append((kind, found[kind]))
        at = found.end()
    return tokens


class _Reader:
    """Reads an expression from left to right."""

    def __init__(self, tokens: list[tuple[str, str]]) -> None:
        self._tokens = tokens
        self._at = 0
        self._depth = 0

    @property
    def next(self) -> tuple[str, str]:
        """The kind and the text of what comes next; both are empty at the end."""
        return self._tokens[self._at] if self._at < len(self._tokens) else ("", "")

    def take(self) -> tuple[str, str]:
        """Return what comes next, and go on behind it."""
        token = self.next
        self._at += 1
        return token

    def skip(self, text: str) -> bool:
        """Go on behind a sign or a word, if it comes next."""
        kind, found = self.next
        if kind not in ("sign", "word") or found.lower() != text:
            return False
        self._at += 1
        return True

    def expect(self, sign: str) -> None:
        """Go on behind a sign.

        Raises:
            FilterError: Something else comes next.
        """
        if not self.skip(sign):
            message = f"{sign!r} is missing before {self.next[1]!r}"
            raise FilterError(message)

    def either(self) -> Filter:
        """Read what OR joins."""
        self._depth += 1
        if self._depth > _DEEPEST:
            message = f"it is nested more than {_DEEPEST} times"
            raise FilterError(message)
        parts = [self.both()]
        while self.skip("or"):
            parts.append(self.both())
        self._depth -= 1
        return lambda subject: any(part(subject) for part in parts)

    def both(self) -> Filter:
        """Read what AND joins, or nothing at all."""
        parts = [self.one()]
        while self.skip("and") or self._goes_on():
            parts.append(self.one())
        return lambda subject: all(part(subject) for part in parts)

    def _goes_on(self) -> bool:
        kind, text = self.next
        return (kind == "word" and text.lower() != "or") or (kind, text) in (
            ("sign", "!"),
            ("sign", "("),
        )

    def one(self) -> Filter:
        """Read one condition."""
        turned = 0
        while self.skip("!"):
            turned += 1
        if self.skip("("):
            found = self.either()
            self.expect(")")
        else:
            found = self._condition()
        return found if turned % 2 == 0 else lambda subject: not found(subject)

    def _condition(self) -> Filter:
        kind, word = self.take()
        name = word.lower()
        if kind == "word" and name in _FLAGS:
            return self._flag(name)
        if kind == "word" and name in _NUMBERS:
            return self._number(name)
        if kind == "word" and name == "service":
            return self._service()
        if kind == "word" and name.startswith("annotation"):
            return self._annotation(word[len("annotation") :])
        if not word:
            message = "it ends where a condition is expected"
            raise FilterError(message)
        message = f"the lab does not know {word!r}; it knows {', '.join(_KNOWN)}"
        raise FilterError(message)

    def _flag(self, name: str) -> Filter:
        wanted = True
        if self.next in (("sign", "="), ("sign", "!=")):
            is_equal = self.take()[1] == "="
            value = self._value()
            if not isinstance(value, bool):
                message = f"{name} is true or false"
                raise FilterError(message)
            wanted = value == is_equal
        return lambda subject: subject.flags[name] is wanted

    def _number(self, name: str) -> Filter:
        compare = _COMPARISONS.get(self.take()[1])
        value = self._value()
        if compare is None or not isinstance(value, float):
            message = f"{name} is compared with a number, as in {name} > 1"
            raise FilterError(message)
        return lambda subject: compare(subject.numbers[name], value)

    def _annotation(self, end: str) -> Filter:
        key = end.removeprefix(".")
        if not key and self.skip("["):
            key = _unquoted(self.take()[1])
            self.expect("]")
        if not key:
            message = "an annotation is named as in annotation.job_id"
            raise FilterError(message)
        sign = self.next[1].lower()
        if sign not in _COMPARISONS and sign not in _IN_TEXTS:
            return lambda subject: key in subject.annotations
        self.take()
        value = self._value()
        return lambda subject: any(
            _compares(sign, each, value) for each in subject.annotations.get(key, ())
        )

    def _value(self) -> str | float | bool:
        kind, text = self.take()
        if kind == "text":
            return _unquoted(text)
        if kind == "number":
            return float(text)
        if text.lower() in _BOOLEANS:
            return _BOOLEANS[text.lower()]
        message = f"a value is expected, not {text!r}"
        raise FilterError(message)

    def _service(self) -> Filter:
        self.expect("(")
        name, kind = self._named()
        self.expect(")")
        inner: Filter | None = None
        if self.skip("{"):
            inner = self.either()
            self.expect("}")
        return lambda subject: any(
            (name is None or each.name == name)
            and (kind is None or each.kind == kind)
            and (inner is None or inner(each))
            for each in subject.services
        )

    def _named(self) -> tuple[str | None, str | None]:
        """Read `"name"`, `id(name: "name", type: "AWS::Lambda::Function")` or nothing."""
        if self.next[0] == "text":
            return _unquoted(self.take()[1]), None
        given: dict[str, str] = {}
        if self.skip("id"):
            self.expect("(")
            while not self.skip(")"):
                key = self.take()[1].lower()
                self.expect(":")
                value = self._value()
                if key not in ("name", "type", "account.id") or not isinstance(value, str):
                    message = f"id() has a name and a type, not {key!r}"
                    raise FilterError(message)
                given[key] = value
                self.skip(",")
        return given.get("name"), given.get("type")


def _compares(sign: str, given: Any, value: Any) -> bool:
    if sign in _IN_TEXTS:
        return isinstance(given, str) and isinstance(value, str) and _IN_TEXTS[sign](given, value)
    if isinstance(given, str) != isinstance(value, str):
        return sign == "!="
    return _COMPARISONS[sign](given, value)


def _unquoted(text: str) -> str:
    if text[:1] not in ("'", '"'):
        return text
    return re.sub(r"\\(.)", r"\1", text[1:-1])

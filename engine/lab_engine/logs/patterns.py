"""CloudWatch Logs filter patterns: terms, and the JSON pattern `{ $.event = "x" && $.n > 3 }`.

Source: "Filter pattern syntax for metric filters" in the CloudWatch Logs user guide.
Space-delimited patterns (`[ip, user, ...]`) and regular expressions (`%...%`) are not supported and
are refused, so that nothing is counted wrongly without notice.
"""

import json
import operator
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

Matcher = Callable[[str], bool]
"""Takes one log line."""
_Condition = Callable[[Any], bool]
"""Takes a parsed JSON document."""


class PatternError(ValueError):
    """The pattern is malformed, or of a kind not supported."""


_ABSENT = object()
_TERM = re.compile(r'\s*([?-]?)(?:"((?:[^"\\]|\\.)*)"|([^\s"]+))')
_TOKEN = re.compile(
    r"""\s*(?:
        (?P<selector>\$(?:\.[\w-]+|\["[^"]+"\]|\['[^']+'\]|\[\d+\]|\[\*\])+)
      | (?P<string>"(?:[^"\\]|\\.)*")
      | (?P<operator>&&|\|\||!=|<=|>=|=|<|>|\(|\))
      | (?P<word>[^\s()&|=<>!"]+)
    )""",
    re.VERBOSE,
)
_STEP = re.compile(r"""\.([\w-]+)|\["([^"]+)"\]|\['([^']+)'\]|\[(\d+)\]|\[(\*)\]""")
_NUMERIC: dict[str, Callable[[float, float], bool]] = {
    "=": operator.eq,
    "!=": operator.ne,
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
}


def compile_pattern(pattern: str) -> Matcher:
    """Compile a filter pattern.

    Args:
        pattern: In the form of PutMetricFilter and FilterLogEvents; empty matches every line.

    Returns:
        A predicate on a log line.

    Raises:
        PatternError: The pattern is malformed or not supported.
    """
    text = pattern.strip()
    if text.startswith("{"):
        return _json_matcher(text)
    if text.startswith("[") or re.search(r"%.+%", text):
        message = f"this kind of pattern is not supported: {pattern}"
        raise PatternError(message)
    return _term_matcher(text)


def select(document: Any, selector: str) -> Iterator[Any]:
    """Yield the values of a selector such as `$.order.items[0]`; nothing if it is absent."""
    values = [document]
    for name, quoted, single, index, star in _STEP.findall(selector):
        key = name or quoted or single
        values = [found for value in values for found in _step(value, key, index, star)]
    yield from values


def _step(value: Any, key: str, index: str, star: str) -> Iterator[Any]:
    if isinstance(value, dict) and key in value:
        yield value[key]
    elif isinstance(value, list) and star:
        yield from value
    elif isinstance(value, list) and index and int(index) < len(value):
        yield value[int(index)]


def _term_matcher(text: str) -> Matcher:
    """Match lines with all plain terms, none of the `-terms`, and any of the `?terms`."""
    required: list[str] = []
    excluded: list[str] = []
    optional: list[str] = []
    position = 0
    while position < len(text):
        match = _TERM.match(text, position)
        if match is None:
            message = f"malformed pattern: {text}"
            raise PatternError(message)
        sign, quoted, bare = match.groups()
        term = re.sub(r"\\(.)", r"\1", quoted) if quoted is not None else bare
        {"": required, "-": excluded, "?": optional}[sign].append(term)
        position = match.end()

    def matches(line: str) -> bool:
        if any(term in line for term in excluded):
            return False
        if required:  # next to required terms, CloudWatch ignores the optional ones
            return all(term in line for term in required)
        return not optional or any(term in line for term in optional)

    return matches


def _json_matcher(text: str) -> Matcher:
    if not text.endswith("}"):
        message = f"a JSON pattern ends with a brace: {text}"
        raise PatternError(message)
    condition = _Parser(list(_tokens(text[1:-1]))).parse()

    def matches(line: str) -> bool:
        try:
            document = json.loads(line)
        except ValueError:
            return False
        return isinstance(document, dict | list) and condition(document)

    return matches


def _tokens(text: str) -> Iterator[tuple[str, str]]:
    position = 0
    text = text.rstrip()
    while position < len(text):
        match = _TOKEN.match(text, position)
        if match is None or match.lastgroup is None:
            message = f"malformed pattern near: {text[position:]}"
            raise PatternError(message)
        yield match.lastgroup, match[match.lastgroup]
        position = match.end()


@dataclass
class _Parser:
    """Recursive descent: `or` of `and` of comparisons and parentheses."""

    tokens: list[tuple[str, str]]

    def parse(self) -> _Condition:
        condition = self._any_of()
        if self.tokens:
            message = f"unexpected {self.tokens[0][1]!r}"
            raise PatternError(message)
        return condition

    def _any_of(self) -> _Condition:
        conditions = [self._all_of()]
        while self._take_if("||"):
            conditions.append(self._all_of())
        return lambda document: any(condition(document) for condition in conditions)

    def _all_of(self) -> _Condition:
        conditions = [self._single()]
        while self._take_if("&&"):
            conditions.append(self._single())
        return lambda document: all(condition(document) for condition in conditions)

    def _single(self) -> _Condition:
        if self._take_if("("):
            condition = self._any_of()
            self._expect(")")
            return condition
        kind, selector = self._take()
        if kind != "selector":
            message = f"a selector such as $.event is expected, not {selector!r}"
            raise PatternError(message)
        kind, operation = self._take()
        if kind == "word":
            return self._property(selector, operation)
        return _comparison(selector, operation, *self._take())

    def _property(self, selector: str, first: str) -> _Condition:
        """Return the condition `IS NULL`, `IS TRUE`, `IS FALSE`, `NOT EXISTS` or `EXISTS`."""
        words = [first.upper()]
        if words[0] in {"IS", "NOT"}:
            words.append(self._take()[1].upper())
        match words:
            case ["NOT", "EXISTS"]:
                return lambda document: next(select(document, selector), _ABSENT) is _ABSENT
            case ["EXISTS"]:
                return lambda document: next(select(document, selector), _ABSENT) is not _ABSENT
            case ["IS", ("NULL" | "TRUE" | "FALSE") as word]:
                wanted = {"NULL": None, "TRUE": True, "FALSE": False}[word]
                return lambda document: any(v is wanted for v in select(document, selector))
        message = f"unsupported condition: {selector} {' '.join(words)}"
        raise PatternError(message)

    def _take(self) -> tuple[str, str]:
        if not self.tokens:
            message = "the pattern ends too early"
            raise PatternError(message)
        return self.tokens.pop(0)

    def _take_if(self, symbol: str) -> bool:
        if self.tokens and self.tokens[0] == ("operator", symbol):
            self.tokens.pop(0)
            return True
        return False

    def _expect(self, symbol: str) -> None:
        if not self._take_if(symbol):
            message = f"{symbol!r} is missing"
            raise PatternError(message)


def _comparison(selector: str, operation: str, kind: str, literal: str) -> _Condition:
    number = _number(literal) if kind == "word" else None
    if number is not None and operation in _NUMERIC:
        compare = _NUMERIC[operation]
        return lambda document: any(
            compare(value, number) for value in select(document, selector) if _is_number(value)
        )
    if operation not in {"=", "!="} or kind not in {"word", "string"}:
        message = f"unsupported comparison: {selector} {operation} {literal}"
        raise PatternError(message)
    text = re.sub(r"\\(.)", r"\1", literal[1:-1]) if kind == "string" else literal
    wanted = re.compile(".*".join(re.escape(part) for part in text.split("*")), re.DOTALL)
    is_negated = operation == "!="
    return lambda document: any(
        (wanted.fullmatch(_as_text(value)) is None) == is_negated
        for value in select(document, selector)
        if not isinstance(value, dict | list)
    )


def _number(literal: str) -> float | None:
    try:
        return float(literal)
    except ValueError:
        return None


def _is_number(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _as_text(value: object) -> str:
    return value if isinstance(value, str) else json.dumps(value)

"""The Condition block of a policy statement: its operators and how they treat missing keys.

Source: IAM user guide, "IAM JSON policy elements: Condition operators", "Single-valued vs.
multivalued context keys", and "Policy variables with no value": such a variable matches nothing, so
negated operators hold.
"""

from __future__ import annotations

import ipaddress
from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Decimal, InvalidOperation
from typing import TYPE_CHECKING, Any, Final

from lab_engine.iam import patterns

if TYPE_CHECKING:
    from collections.abc import Callable

    from lab_engine.iam.patterns import Context, Pattern

    type Comparison = Callable[[str, Pattern], bool]
    """Compares a value of the request with a value of the policy."""

_ALL_VALUES: Final = "forallvalues"
_ANY_VALUE: Final = "foranyvalue"
_IF_EXISTS: Final = "ifexists"
_NULL: Final = "null"


class UnknownOperatorError(ValueError):
    """A policy uses a condition operator that IAM does not know."""


@dataclass(frozen=True, slots=True)
class Condition:
    """One line of a Condition block: an operator, a key and the values to compare with."""

    qualifier: str
    operator: str
    if_exists: bool
    key: str
    values: tuple[Pattern, ...]

    def holds(self, context: Context) -> bool:
        """Tell whether the request satisfies the condition."""
        given = context.get(self.key)
        if self.operator == _NULL:
            absent = given is None or given == ()
            return any(absent == (value.text.lower() == "true") for value in self.values)
        compare, negated = _OPERATORS[self.operator]
        if given is None or given == ():
            # Negated operators hold for an absent key, and so does ForAllValues.
            return (
                self.if_exists
                or self.qualifier == _ALL_VALUES
                or (negated and self.qualifier != _ANY_VALUE)
            )
        expected = self._expected(context)

        def satisfied(value: str) -> bool:
            return any(compare(value, policy_value) for policy_value in expected) != negated

        values = (given,) if isinstance(given, str) else given
        if self.qualifier == _ALL_VALUES or (negated and self.qualifier != _ANY_VALUE):
            return all(satisfied(value) for value in values)
        return any(satisfied(value) for value in values)

    def _expected(self, context: Context) -> list[Pattern]:
        expected = []
        for value in self.values:
            try:
                expected.append(value.filled(context))
            except patterns.UnknownVariableError:
                continue
        return expected


def parse(block: dict[str, dict[str, Any]], *, variables: bool = True) -> tuple[Condition, ...]:
    """Return the conditions of a Condition block.

    Args:
        block: Operator -> key -> value or values, as in the policy.
        variables: Whether the policy's version has variables.

    Raises:
        UnknownOperatorError: An operator does not exist.
    """
    return tuple(
        _condition(operator, key, values, variables=variables)
        for operator, keys in block.items()
        for key, values in keys.items()
    )


def _condition(written: str, key: str, values: Any, *, variables: bool) -> Condition:
    qualifier, _, operator = written.lower().rpartition(":")
    if_exists = operator.endswith(_IF_EXISTS)
    operator = operator.removesuffix(_IF_EXISTS)
    if operator != _NULL and operator not in _OPERATORS:
        raise UnknownOperatorError(f"Invalid condition type : {written}.")
    listed = values if isinstance(values, list) else [values]
    # The only operator whose values cannot be variables.
    variables = variables and operator != _NULL
    read = tuple(patterns.parse(_text(value), variables=variables) for value in listed)
    return Condition(qualifier, operator, if_exists, key.lower(), read)


def _text(value: object) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)


def _equal(given: str, expected: Pattern) -> bool:
    return expected.text == given


def _equal_ignoring_case(given: str, expected: Pattern) -> bool:
    return expected.text.lower() == given.lower()


def _like(given: str, expected: Pattern) -> bool:
    return expected.matches(given)


def _arn_like(given: str, expected: Pattern) -> bool:
    return expected.matches_arn(given)


def _in_network(given: str, expected: Pattern) -> bool:
    try:
        return ipaddress.ip_address(given) in ipaddress.ip_network(expected.text, strict=False)
    except ValueError:
        return False


def _numeric(compare: Callable[[Decimal, Decimal], bool]) -> Comparison:
    def matches(given: str, expected: Pattern) -> bool:
        try:
            return compare(Decimal(given), Decimal(expected.text))
        except InvalidOperation:
            return False

    return matches


def _date(compare: Callable[[datetime, datetime], bool]) -> Comparison:
    def matches(given: str, expected: Pattern) -> bool:
        try:
            return compare(_moment(given), _moment(expected.text))
        except (ValueError, OverflowError, OSError):  # not a date, or out of range
            return False

    return matches


def _moment(text: str) -> datetime:
    """Return the time of an ISO 8601 date, or of seconds since 1970."""
    if text.isdecimal():
        return datetime.fromtimestamp(int(text), tz=UTC)
    moment = datetime.fromisoformat(text)
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


_OPERATORS: Final[dict[str, tuple[Comparison, bool]]] = {
    "stringequals": (_equal, False),
    "stringnotequals": (_equal, True),
    "stringequalsignorecase": (_equal_ignoring_case, False),
    "stringnotequalsignorecase": (_equal_ignoring_case, True),
    "stringlike": (_like, False),
    "stringnotlike": (_like, True),
    "arnequals": (_arn_like, False),
    "arnlike": (_arn_like, False),
    "arnnotequals": (_arn_like, True),
    "arnnotlike": (_arn_like, True),
    "bool": (_equal_ignoring_case, False),
    "binaryequals": (_equal, False),
    "ipaddress": (_in_network, False),
    "notipaddress": (_in_network, True),
    "numericequals": (_numeric(lambda given, limit: given == limit), False),
    "numericnotequals": (_numeric(lambda given, limit: given == limit), True),
    "numericlessthan": (_numeric(lambda given, limit: given < limit), False),
    "numericlessthanequals": (_numeric(lambda given, limit: given <= limit), False),
    "numericgreaterthan": (_numeric(lambda given, limit: given > limit), False),
    "numericgreaterthanequals": (_numeric(lambda given, limit: given >= limit), False),
    "dateequals": (_date(lambda given, limit: given == limit), False),
    "datenotequals": (_date(lambda given, limit: given == limit), True),
    "datelessthan": (_date(lambda given, limit: given < limit), False),
    "datelessthanequals": (_date(lambda given, limit: given <= limit), False),
    "dategreaterthan": (_date(lambda given, limit: given > limit), False),
    "dategreaterthanequals": (_date(lambda given, limit: given >= limit), False),
}
"""Each operator's comparison, and whether the operator negates it."""

"""Evaluate CloudWatch metric math: arithmetic, comparisons and the common functions.

Source: "Using math expressions with CloudWatch metrics" in the CloudWatch user guide. SEARCH,
anomaly detection and Metrics Insights are not supported.
"""

import ast
import operator
import re
import statistics
from collections.abc import Callable, Mapping, Sequence

Series = dict[int, float]
"""Unix time to value."""
Value = float | Series | list[Series]
Numeric = Callable[[float, float], float]
WORD = re.compile(r"[A-Za-z_]\w*")
"""The id of another query in an expression."""


class ExpressionError(ValueError):
    """The expression is malformed, or uses something not supported."""


_OPERATORS: dict[type, Numeric] = {
    ast.Add: operator.add,
    ast.Sub: operator.sub,
    ast.Mult: operator.mul,
    ast.Div: operator.truediv,
    ast.Pow: operator.pow,
    ast.Lt: lambda a, b: float(a < b),
    ast.LtE: lambda a, b: float(a <= b),
    ast.Gt: lambda a, b: float(a > b),
    ast.GtE: lambda a, b: float(a >= b),
    ast.Eq: lambda a, b: float(a == b),
    ast.NotEq: lambda a, b: float(a != b),
    ast.And: lambda a, b: float(bool(a) and bool(b)),
    ast.Or: lambda a, b: float(bool(a) or bool(b)),
}

_AGGREGATES: dict[str, Callable[[Sequence[float]], float]] = {
    "SUM": sum,
    "AVG": statistics.fmean,
    "MIN": min,
    "MAX": max,
    "STDDEV": statistics.pstdev,
}


def evaluate(expression: str, metrics: Mapping[str, Series], times: Sequence[int]) -> Value:
    """Evaluate one expression.

    Args:
        expression: Such as `100 * errors / invocations` or `SUM(METRICS())`.
        metrics: The other queries' results by id.
        times: The start of each period; FILL and a plain number have a value at each.

    Returns:
        A number, a series, or an array of series.

    Raises:
        ExpressionError: It is malformed or not supported.
    """
    try:
        tree = ast.parse(_as_python(expression), mode="eval")
    except SyntaxError as error:
        message = f"malformed expression {expression!r}"
        raise ExpressionError(message) from error
    return _Evaluation(metrics, times).value(tree.body)


def _as_python(expression: str) -> str:
    """Replace CloudWatch's operators by Python's, which have the same precedence."""
    spelled = expression.replace("^", "**").replace("&&", " and ").replace("||", " or ")
    return re.sub(r"\b(AND|OR)\b", lambda match: match[0].lower(), spelled).strip()


class _Evaluation:
    """One walk over an expression's syntax tree."""

    def __init__(self, metrics: Mapping[str, Series], times: Sequence[int]) -> None:
        self._metrics = metrics
        self._times = times

    def value(self, node: ast.expr) -> Value:  # noqa: PLR0911 - one case a line
        match node:
            case ast.Constant(value=int() | float() as number):
                return float(number)
            case ast.Name(id=name) if name in self._metrics:
                return self._metrics[name]
            case ast.List(elts=elements):
                return [self._series(element) for element in elements]
            case ast.UnaryOp(op=ast.USub(), operand=operand):
                return _combine(operator.sub, 0.0, self.value(operand))
            case ast.BinOp(left=left, op=op, right=right) if type(op) in _OPERATORS:
                return _combine(_OPERATORS[type(op)], self.value(left), self.value(right))
            case ast.Compare(left=left, ops=[op], comparators=[right]) if type(op) in _OPERATORS:
                return _combine(_OPERATORS[type(op)], self.value(left), self.value(right))
            case ast.BoolOp(op=op, values=[first, *rest]):
                result = self.value(first)
                for operand in rest:
                    result = _combine(_OPERATORS[type(op)], result, self.value(operand))
                return result
            case ast.Call(func=ast.Name(id=name), args=arguments):
                return self._call(name, arguments)
        message = f"unsupported expression: {ast.unparse(node)}"
        raise ExpressionError(message)

    def _series(self, node: ast.expr) -> Series:
        value = self.value(node)
        if isinstance(value, list):
            message = f"an array stands where a time series is expected: {ast.unparse(node)}"
            raise ExpressionError(message)
        return value if isinstance(value, dict) else dict.fromkeys(self._times, value)

    def _call(self, name: str, arguments: list[ast.expr]) -> Value:  # noqa: PLR0911 - as above
        if name in _AGGREGATES and len(arguments) == 1:
            return _aggregate(_AGGREGATES[name], self.value(arguments[0]))
        match name, arguments:
            case "METRICS", []:
                return list(self._metrics.values())
            case "IF", [condition, if_true, if_false]:
                return self._choose(condition, if_true, if_false)
            case "FILL", [series, ast.Constant(value=int() | float() as filling)]:
                return dict.fromkeys(self._times, float(filling)) | self._series(series)
            case "FILL", [series, ast.Name(id="REPEAT")]:
                return self._repeat(self._series(series))
            case "ABS", [series]:
                return _combine(lambda _zero, value: abs(value), 0.0, self.value(series))
            case "RUNNING_SUM", [series]:
                return _running_sum(self._series(series))
            case "DATAPOINT_COUNT", [series]:
                return float(len(self._series(series)))
        message = f"unsupported function: {name} with {len(arguments)} arguments"
        raise ExpressionError(message)

    def _choose(self, condition: ast.expr, if_true: ast.expr, if_false: ast.expr) -> Series:
        tests = self._series(condition)
        branches = {True: self._series(if_true), False: self._series(if_false)}
        return {
            time: branches[bool(test)][time]
            for time, test in tests.items()
            if time in branches[bool(test)]
        }

    def _repeat(self, series: Series) -> Series:
        filled: Series = {}
        last: float | None = None
        for time in self._times:
            last = series.get(time, last)
            if last is not None:
                filled[time] = last
        return filled


def _aggregate(function: Callable[[Sequence[float]], float], value: Value) -> Value:
    """Aggregate a series to one number, and an array to one series."""
    match value:
        case dict():
            return function(list(value.values())) if value else 0.0
        case list():
            times = sorted({time for series in value for time in series})
            return {t: function([s[t] for s in value if t in s]) for t in times}
    return value


def _combine(compute: Numeric, left: Value, right: Value) -> Value:  # noqa: PLR0911 - as above
    """Apply an operator at each time of both sides; a division by zero has no value."""
    match left, right:
        case list(), _:
            return [_only_series(_combine(compute, series, right)) for series in left]
        case _, list():
            return [_only_series(_combine(compute, left, series)) for series in right]
        case dict(), dict():
            return _without_gaps({t: (left[t], right[t]) for t in left if t in right}, compute)
        case dict(), float():
            return _without_gaps({t: (value, right) for t, value in left.items()}, compute)
        case float(), dict():
            return _without_gaps({t: (left, value) for t, value in right.items()}, compute)
        case float(), float():
            try:
                return compute(left, right)
            except ZeroDivisionError:
                return {}
    raise AssertionError  # the cases above are all there are


def _only_series(value: Value) -> Series:
    if not isinstance(value, dict):
        message = "arrays of arrays are not supported"
        raise ExpressionError(message)
    return value


def _without_gaps(pairs: dict[int, tuple[float, float]], compute: Numeric) -> Series:
    result: Series = {}
    for time, (left, right) in pairs.items():
        try:
            result[time] = float(compute(left, right))
        except ZeroDivisionError:
            continue
    return result


def _running_sum(series: Series) -> Series:
    total = 0.0
    result: Series = {}
    for time in sorted(series):
        total += series[time]
        result[time] = total
    return result

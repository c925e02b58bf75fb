"""Fields that choose metrics: namespace, what they are broken down by, which, and whose."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from console.metrics import Metric
from console.parts.form import Form, IncompleteError, required

if TYPE_CHECKING:
    from console.page import Page

WITHOUT_DIMENSIONS = "Metrics with no dimensions"
_BETWEEN = ", "


async def read_metrics(page: Page, **parameters: Any) -> list[Metric]:
    """Return the metrics of the account that have data, in order.

    Args:
        page: Whose account.
        parameters: Of ListMetrics.
    """

    def ask(cloudwatch: Any) -> list[Metric]:
        pages = cloudwatch.get_paginator("list_metrics").paginate(**parameters)
        return sorted(Metric.from_answer(each) for answer in pages for each in answer["Metrics"])

    return await page.cloud.use("cloudwatch", ask)


class MetricChoice:
    """The fields, each offering what fits the ones before it; all may be typed too.

    Args:
        form: Where they stand.
        known: The metrics that have data.
        chosen: What is chosen at first.
        several: Whether more than one may be chosen.
    """

    def __init__(
        self, form: Form, known: list[Metric], chosen: Metric | None = None, *, several: bool
    ) -> None:
        self._page = form.page
        self._known = [*known, *([chosen] if chosen else [])]
        self._several = several
        first = chosen or Metric("", "")
        spaces = sorted({each.namespace for each in self._known})
        self._namespace = form.suggestion("Namespace", spaces, first.namespace or None)
        self._by = form.suggestion("Dimensions", [])
        if several:
            self._names = form.suggestions("Metric name", [])
            self._values = form.suggestions("Values", [])
        else:
            self._names = form.suggestion("Metric name", [])
            self._values = form.suggestion("Value", [])
        self._namespace.on_value_change(lambda _: self._offer_dimensions())
        self._by.on_value_change(lambda _: self._offer_metrics())
        self._names.on_value_change(lambda _: self._offer_values())
        self._offer_dimensions()
        if chosen:
            self._by.value = _joined(chosen.dimension_names) or WITHOUT_DIMENSIONS
            self._names.value = [chosen.name] if several else chosen.name
            self._values.value = [_joined(chosen.values)] if several else _joined(chosen.values)

    @property
    def metrics(self) -> list[Metric]:
        """What is chosen: each name of each value.

        Raises:
            IncompleteError: A field is empty.
        """
        say = self._page.say
        namespace = required(
            self._namespace.value, say("Choose a namespace.", "ยังไม่ได้เลือก namespace")
        )
        names = _listed(self._names.value)
        if not names:
            raise IncompleteError(say("Choose a metric.", "ยังไม่ได้เลือก metric"))
        dimensions = self._dimension_names
        if not dimensions:
            return [Metric(namespace, name) for name in names]
        whose = _listed(self._values.value)
        if not whose:
            label = _joined(dimensions)
            raise IncompleteError(say(f"Choose a value of {label}.", f"ยังไม่ได้เลือกค่าของ {label}"))
        return [
            Metric(namespace, name, tuple(zip(dimensions, values, strict=True)))
            for name in names
            for values in map(self._split, whose)
        ]

    @property
    def _dimension_names(self) -> tuple[str, ...]:
        """The chosen breakdown; none where it is `WITHOUT_DIMENSIONS` or empty."""
        by = self._by.value or WITHOUT_DIMENSIONS
        if by == WITHOUT_DIMENSIONS:
            return ()
        known = {_joined(m.dimension_names): m.dimension_names for m in self._known}
        return known.get(by) or tuple(by.split(_BETWEEN))

    def _split(self, text: str) -> tuple[str, ...]:
        """Return the values that a text stands for, one for each dimension."""
        names = self._dimension_names
        if len(names) == 1:
            return (text,)
        known = {_joined(m.values): m.values for m in self._known if m.dimension_names == names}
        if text not in known:
            say = self._page.say
            raise IncompleteError(say(f"Choose {text} from the list.", f"ให้เลือก {text} จากรายการ"))
        return known[text]

    def _offer_dimensions(self) -> None:
        there = {m.dimension_names for m in self._known if m.namespace == self._namespace.value}
        options = sorted(_joined(names) or WITHOUT_DIMENSIONS for names in there)
        self._by.set_options(options, value=options[0] if options else None)
        self._offer_metrics()

    def _offer_metrics(self) -> None:
        self._values.value = [] if self._several else None  # of another thing
        options = sorted({m.name for m in self._fitting})
        kept = [each for each in _listed(self._names.value) if each in options]
        self._names.set_options(options, value=self._as_value(kept))
        self._offer_values()

    def _offer_values(self) -> None:
        names = self._dimension_names
        # The field is called as the dimension is, for example FunctionName.
        self._values.props["label"] = _joined(names)
        self._values.update()
        self._values.set_visibility(bool(names))
        wanted = _listed(self._names.value)
        options = sorted(
            {_joined(m.values) for m in self._fitting if not wanted or m.name in wanted}
        )
        typed = _listed(self._values.value)
        if len(names) == 1:
            options = sorted({*options, *typed})
        kept = [each for each in typed if each in options]
        self._values.set_options(options, value=self._as_value(kept))

    def _as_value(self, kept: list[str]) -> list[str] | str | None:
        """Return what a field holds, whether it takes one or several."""
        if self._several:
            return kept
        return kept[0] if kept else None

    @property
    def _fitting(self) -> list[Metric]:
        """The known metrics of the chosen namespace and dimensions."""
        names = self._dimension_names
        return [
            m
            for m in self._known
            if m.namespace == self._namespace.value and m.dimension_names == names
        ]


def _joined(words: tuple[str, ...]) -> str:
    return _BETWEEN.join(words)


def _listed(value: str | list[str] | None) -> list[str]:
    """Return a field's value as a list, whether it holds one or several."""
    if isinstance(value, str):
        return [value]
    return list(value or [])

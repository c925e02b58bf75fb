"""What AWS's own descriptions of its services say about the parameters of a call.

botocore checks types and required members before it sends; patterns, lengths, ranges and
enumerations it leaves to AWS, and emulators often let pass what AWS refuses.
"""

import re
from collections.abc import Iterator, Sized
from functools import cache
from typing import Any

import botocore.session
from botocore.model import ListShape, MapShape, Shape, StringShape, StructureShape

_LETTERS_SPACES_DIGITS = r"\p{L}\p{Z}\p{N}", r"\w\s"
"""As Java writes it, which the models are for, and as Python does."""


def complaints(service: str, operation: str, parameters: dict[str, Any]) -> list[str]:
    """Return what does not fit the model of an operation.

    Args:
        service: As botocore names it.
        operation: As AWS names it.
        parameters: Of the call.

    Returns:
        One sentence for each value that does not fit, with its place.
    """
    model = botocore.session.get_session().get_service_model(service)
    shape = model.operation_model(operation).input_shape
    found = [] if shape is None else _in(shape, parameters, "")
    return [f"{service} {operation}{each}" for each in found]


def _in(shape: Shape, value: Any, place: str) -> Iterator[str]:
    yield from _about(shape, value, place)
    if isinstance(shape, StructureShape):
        for name, each in value.items():
            if name not in shape.members:
                yield f"{place}.{name} is not known"
            else:
                yield from _in(shape.members[name], each, f"{place}.{name}")
    elif isinstance(shape, ListShape):
        for number, each in enumerate(value):
            yield from _in(shape.member, each, f"{place}[{number}]")
    elif isinstance(shape, MapShape):
        for name, each in value.items():
            yield from _in(shape.key, name, f"{place}.{name}")
            yield from _in(shape.value, each, f"{place}.{name}")


def _about(shape: Shape, value: Any, place: str) -> Iterator[str]:
    rules = shape.metadata
    size = len(value) if isinstance(value, Sized) else value
    if not isinstance(size, bool):
        if "min" in rules and size < rules["min"]:
            yield f"{place} is less than {rules['min']}"
        if "max" in rules and size > rules["max"]:
            yield f"{place} is more than {rules['max']}"
    if isinstance(shape, StringShape) and isinstance(value, str):
        if shape.enum and value not in shape.enum:
            yield f"{place} is {value!r}, which is not one of {', '.join(shape.enum)}"
        pattern = _pattern(rules["pattern"]) if "pattern" in rules else None
        if pattern and not pattern.fullmatch(value):
            yield f"{place} is {value!r}, which does not match {rules['pattern']}"


@cache
def _pattern(of_the_model: str) -> re.Pattern[str]:
    return re.compile(of_the_model.replace(*_LETTERS_SPACES_DIGITS), re.DOTALL)

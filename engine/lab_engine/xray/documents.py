"""Segment documents: what each must have, and where a subsegment that came alone belongs.

Source: X-Ray developer guide, "AWS X-Ray segment documents".
"""

import json
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any, Final, TypeGuard

MOST_BYTES: Final = 64 * 1024
"""Of one document."""

_ID: Final = re.compile(r"[0-9a-f]{16}", re.IGNORECASE)
_TRACE_ID: Final = re.compile(r"1-[0-9a-f]{8}-[0-9a-f]{24}", re.IGNORECASE)

_DEEPEST: Final = 100
"""How deep a document may be: what is taken has to be read again at any time."""

_LATEST: Final = 100_000_000_000
"""A time in milliseconds is later, and no date."""

_OF_ONE_ALONE: Final = ("type", "trace_id", "parent_id")
"""What a subsegment has only while it is sent by itself."""

type Document = dict[str, Any]


@dataclass
class BadDocumentError(Exception):
    """X-Ray does not take the document.

    Attributes:
        id: The segment's id; empty if it has none.
        code: What is wrong with it.
        message: The same as a sentence.
    """

    id: str
    code: str
    message: str


@dataclass(frozen=True, slots=True)
class Segment:
    """A segment, or a subsegment sent alone, as it is kept.

    Attributes:
        end: When it ended; None while it is in progress.
        text: The document as JSON: a fifth of what it takes as objects.
    """

    id: str
    trace_id: str
    end: float | None
    text: str


def read(text: str) -> list[Segment]:
    """Read what PutTraceSegments is given: a document, or a list of subsegments.

    Raises:
        BadDocumentError: It is not taken.
    """
    if len(text.encode()) > MOST_BYTES:
        raise BadDocumentError("", "DocumentTooLarge", f"A document has at most {MOST_BYTES} bytes")
    try:
        given = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise BadDocumentError("", "ParseError", "The document is not JSON") from error
    return [segment(each) for each in (given if isinstance(given, list) else [given])]


def segment(document: Any) -> Segment:
    """Return a document as it is kept.

    Raises:
        BadDocumentError: It is not taken.
    """
    if not isinstance(document, dict):
        raise BadDocumentError("", "ParseError", "A segment is an object")
    own = document.get("id")
    if not isinstance(own, str) or not _ID.fullmatch(own):
        raise BadDocumentError("", "InvalidId", "id must have 16 hexadecimal digits")
    trace = document.get("trace_id")
    if not isinstance(trace, str) or not _TRACE_ID.fullmatch(trace):
        raise BadDocumentError(own, "InvalidTraceId", "trace_id must be like 1-58406520-a0066...")
    if not _is_absent_or_id(document.get("parent_id")):
        raise BadDocumentError(own, "InvalidParentId", "parent_id must have 16 hexadecimal digits")
    if _is_too_deep(document):
        raise BadDocumentError(own, "ParseError", f"A document is at most {_DEEPEST} levels deep")
    if not isinstance(document.get("name"), str):
        raise BadDocumentError(own, "MissingName", "name is missing")
    start, end = document.get("start_time"), document.get("end_time")
    if not _is_time(start):
        raise BadDocumentError(own, "InvalidStartTime", "start_time must be a number of seconds")
    if not (_is_time(end) or (end is None and document.get("in_progress") is True)):
        raise BadDocumentError(own, "InvalidEndTime", "end_time or in_progress is missing")
    text = json.dumps(document, ensure_ascii=False, separators=(",", ":"))
    return Segment(own, trace, float(end) if _is_time(end) else None, text)


def _is_absent_or_id(value: Any) -> bool:
    return value is None or (isinstance(value, str) and _ID.fullmatch(value) is not None)


def _is_too_deep(document: Any) -> bool:
    level = [document]
    for _ in range(_DEEPEST):
        level = [
            inner
            for each in level
            if isinstance(each, dict | list)
            for inner in (each.values() if isinstance(each, dict) else each)
        ]
        if not level:
            return False
    return True


def compiled(texts: Iterable[str]) -> list[Document]:
    """Return a trace's segments by their start, each with the subsegments that came alone."""
    segments: list[Document] = []
    alone: list[Document] = []
    for document in map(json.loads, texts):
        (alone if is_alone(document) else segments).append(document)
    places = {id_: node for each in segments for id_, node in _by_id(each)}
    while any(each.get("parent_id") in places for each in alone):
        waiting = []
        for each in alone:
            parent = places.get(str(each.get("parent_id")))
            if parent is None:
                waiting.append(each)
                continue
            inner = {name: value for name, value in each.items() if name not in _OF_ONE_ALONE}
            parent["subsegments"] = sorted([*_inner(parent), inner], key=_start)
            places |= dict(_by_id(inner))
        alone = waiting
    return sorted([*segments, *alone], key=_start)


def is_alone(document: Document) -> bool:
    """Whether it is a subsegment, not a segment."""
    return document.get("type") == "subsegment"


def ids(documents: Iterable[Document]) -> set[str]:
    """Return the ids of documents and of all their subsegments."""
    return {id_ for each in documents for id_, _ in _by_id(each)}


def nodes(document: Document) -> Iterator[Document]:
    """Yield a document and all its subsegments."""
    waiting = [document]
    while waiting:
        node = waiting.pop()
        yield node
        waiting += _inner(node)


def _inner(node: Document) -> list[Document]:
    inner = node.get("subsegments")
    return [each for each in inner if isinstance(each, dict)] if isinstance(inner, list) else []


def _by_id(document: Document) -> Iterator[tuple[str, Document]]:
    for node in nodes(document):
        if isinstance(node.get("id"), str):
            yield node["id"], node


def _start(document: Document) -> float:
    start = document.get("start_time")
    return float(start) if _is_time(start) else 0.0


def _is_time(value: Any) -> TypeGuard[float]:
    return isinstance(value, int | float) and not isinstance(value, bool) and 0 <= value < _LATEST

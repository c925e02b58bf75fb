"""What GetTraceSummaries tells of a trace, and what a filter looks at.

Source: X-Ray API reference, TraceSummary: faults and errors are those of the root segment, and
annotations those of every segment.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, Final

from lab_engine.xray.documents import Document, ids, is_alone, nodes
from lab_engine.xray.storage import Trace

_FLAGS: Final = ("error", "fault", "throttle")
_INDEXED: Final = (bool, int, float, str)
"""What an annotation may be; X-Ray leaves out everything else."""


@dataclass(frozen=True, slots=True)
class Subject:
    """A trace, or one service in it, as a filter sees it.

    Attributes:
        name: The service's name; empty for a trace.
        kind: The service's origin, such as `AWS::Lambda::Function`.
        flags: `ok`, `error`, `fault`, `throttle` and `partial`.
        numbers: `responsetime` and `duration`, in seconds.
        annotations: All values of each key.
        services: The services of a trace.
    """

    name: str
    kind: str
    flags: Mapping[str, bool]
    numbers: Mapping[str, float]
    annotations: Mapping[str, Sequence[Any]]
    services: Sequence["Subject"] = field(default_factory=tuple)


def subject(documents: Sequence[Document]) -> Subject:
    """Return a trace as a filter sees it."""
    first = root(documents)
    services = tuple(_service(each) for each in documents)
    return Subject(
        name="",
        kind="",
        flags=_flags(first) | {"partial": any(map(_is_partial, documents))},
        numbers={"responsetime": _seconds(first), "duration": duration(documents)},
        annotations=annotations(documents),
        services=services,
    )


def _service(document: Document) -> Subject:
    seconds = _seconds(document)
    return Subject(
        name=str(document.get("name", "")),
        kind=str(document.get("origin", "")),
        flags=_flags(document) | {"partial": _is_partial(document)},
        numbers={"responsetime": seconds, "duration": seconds},
        annotations=annotations([document]),
    )


def _is_partial(document: Document) -> bool:
    return document.get("in_progress") is True or is_alone(document)


def _flags(document: Document) -> dict[str, bool]:
    flags = {flag: document.get(flag) is True for flag in _FLAGS}
    return flags | {"ok": not any(flags.values())}


def root(documents: Sequence[Document]) -> Document:
    """Return the segment in which the trace began: the first whose parent is not in it.

    A subsegment may come before its segment, and is not what the trace began with.
    """
    known = ids(documents)
    segments = [each for each in documents if not is_alone(each)] or documents
    return next((each for each in segments if each.get("parent_id") not in known), segments[0])


def duration(documents: Sequence[Document]) -> float:
    """Return the seconds from the start of the root to the end of the last segment."""
    start: float = root(documents)["start_time"]
    ends: list[float] = [each["end_time"] for each in documents if each.get("end_time") is not None]
    return round(max(0.0, max(ends, default=start) - start), 3)


def _seconds(document: Document) -> float:
    start = document["start_time"]
    end = document.get("end_time")
    return 0.0 if end is None else round(max(0.0, end - start), 3)


def annotations(documents: Sequence[Document]) -> dict[str, list[Any]]:
    """Return the values of each key, wherever in the documents it stands."""
    found: dict[str, list[Any]] = {}
    for document in documents:
        for node in nodes(document):
            given = node.get("annotations")
            for key, value in given.items() if isinstance(given, dict) else ():
                if isinstance(value, _INDEXED) and value not in found.setdefault(key, []):
                    found[key].append(value)
    return found


def summary(trace: Trace, documents: Sequence[Document], account: str) -> dict[str, Any]:
    """Return a TraceSummary."""
    first, whole = root(documents), subject(documents)
    services = _service_ids(documents, account)
    arns = {str(each["resource_arn"]) for each in documents if each.get("resource_arn")}
    users = {str(each["user"]) for each in documents if each.get("user")}
    status = _http_status(first)
    return {
        "Id": trace.id,
        "StartTime": datetime.fromtimestamp(first["start_time"], tz=UTC),
        "Duration": whole.numbers["duration"],
        "ResponseTime": whole.numbers["responsetime"],
        "HasFault": whole.flags["fault"],
        "HasError": whole.flags["error"],
        "HasThrottle": whole.flags["throttle"],
        "IsPartial": whole.flags["partial"],
        "Http": {} if status is None else {"HttpStatus": status},
        "Annotations": {
            key: [{"AnnotationValue": _annotation(value)} for value in values]
            for key, values in whole.annotations.items()
        },
        "Users": [{"UserName": user} for user in sorted(users)],
        "ServiceIds": services,
        "ResourceARNs": [{"ARN": arn} for arn in sorted(arns)],
        "EntryPoint": _service_ids([first], account)[0],
        "Revision": len(trace.segments),
    }


def _http_status(document: Document) -> int | None:
    found: Any = document
    for name in ("http", "response", "status"):
        found = found.get(name) if isinstance(found, dict) else None
    return found if isinstance(found, int) else None


def _service_ids(documents: Sequence[Document], account: str) -> list[dict[str, Any]]:
    named = dict.fromkeys((str(each["name"]), str(each.get("origin", ""))) for each in documents)
    return [
        {"Name": name, "Names": [name], "AccountId": account} | ({"Type": kind} if kind else {})
        for name, kind in named
    ]


def _annotation(value: Any) -> dict[str, Any]:
    if isinstance(value, bool):
        return {"BooleanValue": value}
    if isinstance(value, int | float):
        return {"NumberValue": value}
    return {"StringValue": str(value)}

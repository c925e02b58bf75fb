"""What an account holds of a pipeline, and how it is laid out as a map. Pure functions."""

from __future__ import annotations

import json
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any, Final, Literal

if TYPE_CHECKING:
    from collections.abc import Iterator

    from console.cloud import Answer

Kind = Literal["bucket", "function", "queue", "machine", "topic", "subscription"]
Way = Literal["calls", "dead letters", "files"]

TARGETS: Final = {
    "LambdaFunctionConfigurations": "LambdaFunctionArn",
    "QueueConfigurations": "QueueArn",
    "TopicConfigurations": "TopicArn",
}
"""The kinds of an event notification, and where each names its destination."""

USUAL_PREFIX: Final = "uploads/"
"""Where the workshop puts its files."""


@dataclass(frozen=True)
class Part:
    """One resource on the map.

    Args:
        arn: Its own; of a subscription without one, what it is about.
        kind: What it is.
        name: As people call it.
        url: Of a queue, by which SQS is asked.
    """

    arn: str
    kind: Kind
    name: str
    url: str = ""


@dataclass(frozen=True)
class Arrow:
    """What leads from one part to another.

    Args:
        start: The ARN of the part that it leaves.
        end: The ARN of the part that it leads to.
        way: `dead letters` for what nobody could process, `files` for a bucket that a function
            knows: what is worked out ends there.
        note: What it depends on, such as the prefix of a trigger.
    """

    start: str
    end: str
    way: Way = "calls"
    note: str = ""


@dataclass
class Found:
    """What AWS lists in the account, as its APIs answer.

    Args:
        buckets: The event notifications of each bucket, by its name.
        functions: From ListFunctions.
        texts: What each function's configuration and code say, by the function's ARN.
        mappings: From ListEventSourceMappings.
        queues: The attributes of each queue, by its URL.
        machines: The definition of each state machine, by its ARN.
        topics: The subscriptions of each topic, by its ARN.
    """

    buckets: dict[str, Answer] = field(default_factory=dict)
    functions: list[Answer] = field(default_factory=list)
    texts: dict[str, str] = field(default_factory=dict)
    mappings: list[Answer] = field(default_factory=list)
    queues: dict[str, Answer] = field(default_factory=dict)
    machines: dict[str, str] = field(default_factory=dict)
    topics: dict[str, list[Answer]] = field(default_factory=dict)


@dataclass
class Pipeline:
    """The parts and the arrows between them.

    Args:
        parts: By their ARN.
        arrows: Between parts that are there.
    """

    parts: dict[str, Part] = field(default_factory=dict)
    arrows: list[Arrow] = field(default_factory=list)

    def into(self, arn: str) -> list[Arrow]:
        """Return the arrows that lead to a part."""
        return [arrow for arrow in self.arrows if arrow.end == arn]

    def out_of(self, arn: str) -> list[Arrow]:
        """Return the arrows that leave a part."""
        return [arrow for arrow in self.arrows if arrow.start == arn]

    def of_kind(self, kind: Kind) -> list[Part]:
        """Return the parts of a kind."""
        return [part for part in self.parts.values() if part.kind == kind]

    def uploads(self) -> list[tuple[str, str]]:
        """Return where files are put, as bucket and prefix: where one starts something.

        Where none does yet, it is the usual folder of each bucket.
        """
        found = [
            (self.parts[arrow.start].name, arrow.note)
            for arrow in self.arrows
            if self.parts[arrow.start].kind == "bucket"
        ]
        usual = [(part.name, USUAL_PREFIX) for part in self.of_kind("bucket")]
        return list(dict.fromkeys(found or usual))


def connect(found: Found) -> Pipeline:
    """Return the pipeline that is in an account, also one that is half built.

    Args:
        found: What AWS lists there.
    """
    pipeline = Pipeline()
    for part in _parts(found):
        pipeline.parts[part.arn] = part
    known = {(arrow.start, arrow.end, arrow.way): arrow for arrow in _arrows(found)}
    arrows = [
        arrow
        for arrow in known.values()
        if arrow.start in pipeline.parts and arrow.end in pipeline.parts
    ]
    pipeline.arrows = list(dict.fromkeys(_from_the_machine(each, arrows) for each in arrows))
    return pipeline


def _from_the_machine(arrow: Arrow, arrows: list[Arrow]) -> Arrow:
    """Return what leads to a bucket of results from where they are worked out.

    A function before a state machine that names the bucket only tells the executions of it.
    """
    if arrow.way != "files":
        return arrow
    reached = [arrow.start]
    for arn in reached:  # it grows meanwhile
        if ":stateMachine:" in arn:
            return replace(arrow, start=arn)
        following = [each.end for each in arrows if each.start == arn and each.way == "calls"]
        reached += [end for end in following if end not in reached]
    return arrow


def _parts(found: Found) -> Iterator[Part]:
    for name in found.buckets:
        yield Part(bucket_arn(name), "bucket", name)
    for each in found.functions:
        yield Part(each["FunctionArn"], "function", each["FunctionName"])
    for url, attributes in found.queues.items():
        yield Part(attributes["QueueArn"], "queue", last_of(attributes["QueueArn"]), url)
    for arn in found.machines:
        yield Part(arn, "machine", last_of(arn))
    for arn, subscriptions in found.topics.items():
        yield Part(arn, "topic", last_of(arn))
        for each in subscriptions:
            if each["Protocol"] not in ("lambda", "sqs"):  # those are parts of their own
                endpoint = each["Endpoint"]
                yield Part(f"{arn} {endpoint}", "subscription", endpoint)


def _arrows(found: Found) -> Iterator[Arrow]:
    yield from _notifications(found)
    for each in found.mappings:
        on = each.get("State", "Enabled") not in ("Disabled", "Disabling")
        yield Arrow(each.get("EventSourceArn", ""), each["FunctionArn"], note="" if on else "off")
    for each in found.functions:
        yield from _calls_of(each["FunctionArn"], found)
    for arn, definition in found.machines.items():
        yield from (Arrow(arn, end) for end in _named_in(definition, found) if end != arn)
    for attributes in found.queues.values():
        policy = json.loads(attributes.get("RedrivePolicy") or "{}")
        if policy:
            yield Arrow(attributes["QueueArn"], policy["deadLetterTargetArn"], "dead letters")
    for arn, subscriptions in found.topics.items():
        for each in subscriptions:
            is_part = each["Protocol"] in ("lambda", "sqs")
            yield Arrow(arn, each["Endpoint"] if is_part else f"{arn} {each['Endpoint']}")


def _notifications(found: Found) -> Iterator[Arrow]:
    for name, notifications in found.buckets.items():
        for kind, target in TARGETS.items():
            for each in notifications.get(kind, ()):
                yield Arrow(bucket_arn(name), each[target], note=_prefix(each))


def _prefix(notification: Answer) -> str:
    rules = notification.get("Filter", {}).get("Key", {}).get("FilterRules", ())
    found = (rule["Value"] for rule in rules if rule["Name"].lower() == "prefix")
    return str(next(found, ""))


def _calls_of(function: str, found: Found) -> Iterator[Arrow]:
    """Yield what a function sends to, by what its configuration and its code name."""
    text = found.texts.get(function, "")
    reads = {each.get("EventSourceArn") for each in found.mappings} - {None}
    reads &= {
        each.get("EventSourceArn") for each in found.mappings if each["FunctionArn"] == function
    }
    for url, attributes in found.queues.items():
        arn = attributes["QueueArn"]
        if arn not in reads and (names(text, url) or names(text, last_of(arn))):
            yield Arrow(function, arn)
    for arn in (*found.machines, *found.topics):
        if names(text, last_of(arn)):
            yield Arrow(function, arn)
    for bucket, notifications in found.buckets.items():
        if not any(notifications.get(kind) for kind in TARGETS) and names(text, bucket):
            yield Arrow(function, bucket_arn(bucket), "files")


def _named_in(definition: str, found: Found) -> Iterator[str]:
    """Yield the functions and topics that a definition names, in its order."""
    functions = [each["FunctionArn"] for each in found.functions]
    places = {
        arn: place
        for arn in (*functions, *found.topics, *found.machines)
        if (place := _place(definition, arn, last_of(arn))) is not None
    }
    yield from sorted(places, key=lambda arn: places[arn])


def _place(definition: str, arn: str, name: str) -> int | None:
    """Return where a definition names a resource: by its ARN, or as the value of FunctionName."""
    for written in (f'"{arn}"', f'"{arn}:', f'"{name}"'):
        at = definition.find(written)
        if at >= 0:
            return at
    return None


def names(text: str, name: str) -> bool:
    """Return whether a text names a resource, and not a longer name that begins or ends so."""
    at = text.find(name)
    while at >= 0:
        before, after = text[at - 1 : at], text[at + len(name) : at + len(name) + 1]
        if not _continues(before) and not _continues(after):
            return True
        at = text.find(name, at + 1)
    return False


def _continues(character: str) -> bool:
    return character.isalnum() or character in ("-", "_") if character else False


def bucket_arn(name: str) -> str:
    """Return the ARN of a bucket."""
    return f"arn:aws:s3:::{name}"


def last_of(arn: str) -> str:
    """Return the name at the end of an ARN."""
    return arn.rpartition(":")[2]


# --- the map -----------------------------------------------------------------------------------


@dataclass
class Stage:
    """Parts that stand side by side on the map: as many steps from the beginning.

    Args:
        parts: With what each sends its dead letters to.
    """

    parts: list[tuple[Part, list[Part]]]


@dataclass
class Map:
    """A pipeline as it is drawn.

    Args:
        stages: From the beginning to the end.
        loose: What nothing leads to and that leads nowhere.
    """

    stages: list[Stage]
    loose: list[Part]


def lay_out(pipeline: Pipeline) -> Map:
    """Return which part stands where: each one step behind what leads to it."""
    calls = [arrow for arrow in pipeline.arrows if arrow.way == "calls"]
    connected = {arn for arrow in calls for arn in (arrow.start, arrow.end)}
    beside = _ends(pipeline, "dead letters") - connected
    sources = {arrow.start for arrow in pipeline.arrows if arrow.end in beside} - beside
    ranks = _ranks(list(connected | sources), calls)
    for arrow in pipeline.arrows:
        if arrow.way == "files" and arrow.end not in connected:
            behind = ranks.get(arrow.start, 0) + 1
            ranks[arrow.end] = max(ranks.get(arrow.end, 0), behind)
            ranks.setdefault(arrow.start, 0)
    stages: list[Stage] = []
    places: dict[str, int] = {}
    for rank in sorted(set(ranks.values())):
        arns = _beside_each_other([arn for arn in ranks if ranks[arn] == rank], pipeline, places)
        places |= {arn: place for place, arn in enumerate(arns)}
        stages.append(
            Stage(
                [
                    (
                        pipeline.parts[arn],
                        [pipeline.parts[end] for end in _dead_letters_of(arn, pipeline, beside)],
                    )
                    for arn in arns
                ]
            )
        )
    drawn = ranks.keys() | beside
    loose = [part for arn, part in pipeline.parts.items() if arn not in drawn]
    return Map(stages, loose)


def _beside_each_other(arns: list[str], pipeline: Pipeline, places: dict[str, int]) -> list[str]:
    """Return the parts of a stage in the order in which the fewest arrows cross.

    Each stands where those are that lead to it, on an average; of equals the one that is named
    first, as a state machine names its functions.

    Args:
        arns: Of the stage.
        pipeline: The arrows.
        places: Where the parts of earlier stages stand.
    """

    def place(arn: str) -> tuple[float, bool, int]:
        into = [(n, arrow) for n, arrow in enumerate(pipeline.arrows) if arrow.end == arn]
        above = [places[arrow.start] for _, arrow in into if arrow.start in places]
        holds_results = any(arrow.way == "files" for _, arrow in into)
        named = min((n for n, _ in into), default=0)
        return (sum(above) / len(above) if above else 0.0), holds_results, named

    return sorted(arns, key=place)


def _ends(pipeline: Pipeline, way: Way) -> set[str]:
    return {arrow.end for arrow in pipeline.arrows if arrow.way == way}


def _dead_letters_of(arn: str, pipeline: Pipeline, beside: set[str]) -> list[str]:
    arrows = pipeline.out_of(arn)
    return [each.end for each in arrows if each.way == "dead letters" and each.end in beside]


def _ranks(arns: list[str], calls: list[Arrow]) -> dict[str, int]:
    """Return how many steps each part is from the beginning, by the longest way."""
    following: dict[str, list[str]] = {arn: [] for arn in arns}
    for arrow in calls:
        following[arrow.start].append(arrow.end)
    ranks = dict.fromkeys(arns, 0)

    def walk(arn: str, way: tuple[str, ...]) -> None:
        for end in following[arn]:
            if end not in way and ranks[end] < len(way):  # a circle is walked once
                ranks[end] = len(way)
                walk(end, (*way, end))

    for arn in arns:
        if not any(arrow.end == arn for arrow in calls):
            walk(arn, (arn,))
    return ranks


def dimensions_of(alarm: Any) -> set[str]:
    """Return what an alarm is about: the values of its metrics' dimensions."""
    metrics = [
        alarm,
        *(m.get("MetricStat", {}).get("Metric", {}) for m in alarm.get("Metrics", ())),
    ]
    return {each["Value"] for metric in metrics for each in metric.get("Dimensions", ())}

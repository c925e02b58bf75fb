"""Event sources of Lambda: letting a function take from a queue or a stream."""

from typing import Any, Final

from course.probes.event_sources import DELETING, is_on
from course.sandbox import Sandbox
from provision.changes import Changes
from provision.propagation import once_granted
from provision.target import unless_missing
from provision.waiting import poll

PATIENCE_SECONDS: Final = 60.0
_FIXED: Final = ("StartingPosition",)
"""What can't be changed: the event source is made anew."""
_DEFAULTS: Final = {"FunctionResponseTypes": [], "MaximumBatchingWindowInSeconds": 0}


def ensure_event_source(
    sandbox: Sandbox, changes: Changes, function: str, source: str, wanted: dict[str, Any]
) -> None:
    """Afterwards a function takes from this source, with these settings, and from no other.

    Args:
        sandbox: Where.
        changes: Takes up what was changed.
        function: Who takes.
        source: The ARN of a queue or a stream.
        wanted: Settings as `CreateEventSourceMapping` takes them.
    """
    client = sandbox.client("lambda")
    wanted = {**wanted, "Enabled": True}
    found = client.list_event_source_mappings(FunctionName=function)["EventSourceMappings"]
    there = [each for each in found if each["State"] != DELETING]
    ours = [each for each in there if each["EventSourceArn"] == source]
    others = [each["UUID"] for each in there if each["EventSourceArn"] != source]
    changes.settle(
        f"other event sources of {function}",
        wanted=[],
        actual=others,
        apply=lambda: [client.delete_event_source_mapping(UUID=each) for each in others],
    )
    actual = _settings(ours[0], wanted) if ours else None

    def apply() -> None:
        if actual and all(actual[name] == wanted[name] for name in _FIXED if name in wanted):
            changed = {name: value for name, value in wanted.items() if name not in _FIXED}
            client.update_event_source_mapping(UUID=ours[0]["UUID"], **changed)
            return
        for each in ours:
            client.delete_event_source_mapping(UUID=each["UUID"])
        _wait_for_room(client, function, source)
        once_granted(
            lambda: client.create_event_source_mapping(
                EventSourceArn=source, FunctionName=function, **wanted
            )
        )

    name = source.rpartition(":")[2]
    changes.settle(f"{name} to {function}", wanted=wanted, actual=actual, apply=apply)


def remove_event_sources(sandbox: Sandbox, function: str) -> None:
    """Let a function, if it is there, take from nothing any more."""
    client = sandbox.client("lambda")
    found = unless_missing(
        lambda: client.list_event_source_mappings(FunctionName=function)["EventSourceMappings"],
        "ResourceNotFoundException",
    )
    for each in found or ():
        if each["State"] != DELETING:
            client.delete_event_source_mapping(UUID=each["UUID"])


def _wait_for_room(client: Any, function: str, source: str) -> None:
    """Wait while an earlier event source of the two is being deleted."""

    def has_room() -> bool:
        found = client.list_event_source_mappings(EventSourceArn=source, FunctionName=function)
        return not found["EventSourceMappings"]

    poll(has_room, within=PATIENCE_SECONDS)


def _settings(source: dict[str, Any], wanted: dict[str, Any]) -> dict[str, Any]:
    there = {name: source.get(name) or _DEFAULTS.get(name) for name in wanted}
    return {**there, "Enabled": is_on(source)}

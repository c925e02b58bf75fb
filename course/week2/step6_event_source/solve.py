"""Let Lambda take messages from the queue and hand them to csv-processor in batches."""

from typing import Any, Final

from course.probes.event_sources import DELETING, is_on
from course.sandbox import Sandbox
from course.solving import ensure_queue
from course.week2.step2_main_queue.solve import MAIN_QUEUE, attributes
from provision.changes import Changes
from provision.propagation import once_granted
from provision.waiting import poll

FUNCTION: Final = "csv-processor"
BATCH_SIZE: Final = 5
PATIENCE_SECONDS: Final = 60.0


def solve(sandbox: Sandbox, changes: Changes) -> None:
    """Afterwards the queue's messages go to the function, and those of no other queue."""
    ensure_queue(sandbox, changes, MAIN_QUEUE, attributes(sandbox))
    client = sandbox.client("lambda")
    queue = sandbox.arn("sqs", MAIN_QUEUE)
    wanted = {
        "BatchSize": BATCH_SIZE,
        "MaximumBatchingWindowInSeconds": sandbox.times.window_seconds,
        "FunctionResponseTypes": ["ReportBatchItemFailures"],
        "Enabled": True,
    }
    found = client.list_event_source_mappings(FunctionName=FUNCTION)["EventSourceMappings"]
    there = [each for each in found if each["State"] != DELETING]
    ours = [each for each in there if each["EventSourceArn"] == queue]
    others = [each["UUID"] for each in there if each["EventSourceArn"] != queue]
    changes.settle(
        f"other event sources of {FUNCTION}",
        wanted=[],
        actual=others,
        apply=lambda: [client.delete_event_source_mapping(UUID=each) for each in others],
    )

    def apply() -> None:
        if ours:
            client.update_event_source_mapping(UUID=ours[0]["UUID"], **wanted)
            return
        _wait_for_room(client, queue)
        once_granted(
            lambda: client.create_event_source_mapping(
                EventSourceArn=queue, FunctionName=FUNCTION, **wanted
            )
        )

    changes.settle(
        f"{MAIN_QUEUE} to {FUNCTION}",
        wanted=wanted,
        actual=_settings(ours[0], wanted) if ours else None,
        apply=apply,
    )


def _wait_for_room(client: Any, queue: str) -> None:
    """Wait while an earlier event source of this queue is being deleted."""

    def has_room() -> bool:
        found = client.list_event_source_mappings(EventSourceArn=queue, FunctionName=FUNCTION)
        return not found["EventSourceMappings"]

    poll(has_room, within=PATIENCE_SECONDS)


def _settings(source: dict[str, Any], wanted: dict[str, Any]) -> dict[str, Any]:
    there = {name: source.get(name) for name in wanted}
    there["FunctionResponseTypes"] = source.get("FunctionResponseTypes") or []
    there["MaximumBatchingWindowInSeconds"] = source.get("MaximumBatchingWindowInSeconds", 0)
    return {**there, "Enabled": is_on(source)}

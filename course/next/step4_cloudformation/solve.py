"""Make a queue that hears of executions, and all it needs, out of one template."""

from pathlib import Path
from typing import Any, Final

from course.event_rules import rules_to
from course.sandbox import Sandbox
from course.solving import NO_QUEUE
from course.stacks import COMPLETE, create_stack, described_stack, remove_stack
from provision.changes import Changes
from provision.target import unless_missing

STACK: Final = "pipeline-events"
QUEUE: Final = "pipeline-code-events"
TEMPLATE: Final = Path(__file__).parent / "solution" / "stack" / "events.yaml"


def solve(sandbox: Sandbox, changes: Changes) -> None:
    """Afterwards the stack is complete and all of it is there; else it is made anew."""
    template = TEMPLATE.read_text(encoding="utf-8")
    changes.settle(
        f"stack {STACK}",
        wanted=template,
        actual=_template_of(sandbox),
        apply=lambda: make_stack(sandbox, template),
    )


def make_stack(sandbox: Sandbox, template: str) -> None:
    """Make the stack of a template in the place of the one that is there."""
    clear(sandbox)
    create_stack(sandbox, STACK, template)


def clear(sandbox: Sandbox) -> None:
    """Take away the stack, and a queue of the same name that somebody made by hand."""
    if described_stack(sandbox.client("cloudformation"), STACK):
        remove_stack(sandbox, STACK)
    sqs = sandbox.client("sqs")
    by_hand = unless_missing(lambda: sqs.get_queue_url(QueueName=QUEUE)["QueueUrl"], *NO_QUEUE)
    if by_hand:
        sqs.delete_queue(QueueUrl=by_hand)


def _template_of(sandbox: Sandbox) -> str | None:
    """Return the template of what stands; empty where something of it is missing."""
    client = sandbox.client("cloudformation")
    stack = described_stack(client, STACK)
    if stack is None:
        return None
    sqs = sandbox.client("sqs")
    queue: Any = unless_missing(lambda: sqs.get_queue_url(QueueName=QUEUE), *NO_QUEUE)
    rules = rules_to(sandbox.client("events"), sandbox.arn("sqs", QUEUE))
    if stack["StackStatus"] not in COMPLETE or not queue or not rules:
        return ""
    return str(client.get_template(StackName=STACK)["TemplateBody"])

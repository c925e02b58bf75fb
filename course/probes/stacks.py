"""CloudFormation: stacks, and whether what is there belongs to one."""

from course.case import Case
from course.finding import NOTHING, Finding, failed, missing, passed
from course.language import Text
from course.probes import probes
from course.probes.queues import queue_attributes
from course.stacks import COMPLETE, described_stack, resources_of


@probes
def stack_is_complete(case: Case, *, stack: str) -> Finding:
    """A stack of this name was made, and nothing of it failed."""
    found = described_stack(case.client("cloudformation"), stack)
    case.seen["status"] = found["StackStatus"] if found else ""
    if found and found["StackStatus"] in COMPLETE:
        return passed()
    return failed(
        Text.same(f"{stack}: {' | '.join(COMPLETE)}"),
        Text.same(f"{stack}: {found['StackStatus']}") if found else NOTHING,
        f"aws cloudformation describe-stack-events --stack-name {stack}",
    )


@probes
def stack_owns(case: Case, *, stack: str, queue: str, kinds: list[str]) -> Finding:
    """The queue that is there belongs to the stack, and so do things of these types."""
    if described_stack(case.client("cloudformation"), stack) is None:
        return missing(stack)
    owned = resources_of(case.client("cloudformation"), stack)
    types = sorted(set(owned.values()))
    named = [name for name in owned if name.rpartition("/")[2] == queue]
    attributes = queue_attributes(case, queue)
    case.seen["types"], case.seen["by_hand"] = types, bool(attributes) and not named
    if attributes and named and set(kinds) <= set(types):
        return passed()
    return failed(
        Text.same(f"{queue}; {', '.join(kinds)}"),
        Text.same(f"{queue if named else '-'}; {', '.join(types) or '-'}"),
        f"aws cloudformation describe-stack-resources --stack-name {stack}",
    )

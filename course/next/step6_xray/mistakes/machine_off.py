"""Switch the functions on, and not the state machine."""

from course.next.step6_xray.solve import ensure_machine_tracing
from course.sandbox import Sandbox
from provision.changes import Changes


def make(sandbox: Sandbox) -> None:
    """Leave executions that nobody traces without a trace."""
    ensure_machine_tracing(sandbox, Changes(), enabled=False)

"""What Step Functions calls the ends of an execution, and in which colour each is shown."""

from typing import Final

TONES: Final = {
    "SUCCEEDED": "good",
    "RUNNING": "busy",
    "FAILED": "bad",
    "TIMED_OUT": "bad",
    "ABORTED": "idle",
    "PENDING_REDRIVE": "warned",
}
"""Of an execution."""

VISIT_TONES: Final = {
    "succeeded": "good",
    "running": "busy",
    "failed": "bad",
    "caught": "warned",
    "aborted": "idle",
}
"""Of one visit of a state."""

ENDED_BADLY: Final = ("FAILED", "TIMED_OUT", "ABORTED")
"""What can be run again from where it ended (RedriveExecution)."""

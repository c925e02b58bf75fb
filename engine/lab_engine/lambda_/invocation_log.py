"""The log of one invocation: a text for people, and the log events it is made of."""

INIT_START = "INIT_START"
"""How the line about a process's start begins; only CloudWatch Logs gets it."""


class InvocationLog(str):
    """An invocation's log as a string, which LocalStack expects, with its events.

    The string is what a caller gets as LogResult: without INIT_START, as on AWS.
    """

    __slots__ = ("events",)
    events: list[str]

    def __new__(cls, events: list[str]) -> "InvocationLog":
        """Join the events, each of which ends with a line end."""
        log = super().__new__(cls, "".join(e for e in events if not e.startswith(INIT_START)))
        log.events = events
        return log


def log_events(log: str) -> list[str]:
    """Return the events of a log; the lines of a plain string."""
    return log.events if isinstance(log, InvocationLog) else split_output(log)


def split_output(output: str) -> list[str]:
    """Split what a runtime wrote into log events.

    Every line is an event. A carriage return is a line end within an event: AWS's own runtime
    client writes stack traces so.
    """
    return [f"{event}\n".replace("\r", "\n") for event in output.split("\n") if event]

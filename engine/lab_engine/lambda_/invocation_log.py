"""The log of one invocation: a text for people, and the log events it is made of."""

INIT_START = "INIT_START"
"""Begins the line that says that a process is started. It is for CloudWatch Logs alone."""


class InvocationLog(str):
    """LocalStack passes an invocation's log on as a string; this one remembers its events.

    The string is what a caller may ask for (LogResult): it leaves INIT_START out, as AWS does.
    """

    __slots__ = ("events",)
    events: list[str]

    def __new__(cls, events: list[str]) -> "InvocationLog":
        """Joins the events; each ends with a line end."""
        log = super().__new__(cls, "".join(e for e in events if not e.startswith(INIT_START)))
        log.events = events
        return log


def log_events(log: str) -> list[str]:
    """The events of a log; its lines, if nobody remembered the events."""
    return log.events if isinstance(log, InvocationLog) else split_output(log)


def split_output(output: str) -> list[str]:
    """Splits what a runtime wrote into log events.

    Every line is an event; carriage returns stand for the line ends within one, which is how
    AWS's own runtime client writes a stack trace.
    """
    return [f"{event}\n".replace("\r", "\n") for event in output.split("\n") if event]

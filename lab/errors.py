"""What the command line answers when it cannot do what was asked: one line, one exit status."""

FAILED = 1
USAGE = 2


class LabError(Exception):
    """Something is wrong that the user can do something about.

    The message is one line and says what to do next.
    """

    status = FAILED


class UsageError(LabError):
    """The command was asked in a way that cannot work."""

    status = USAGE

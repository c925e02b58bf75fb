"""What the command line answers when it cannot do what was asked: one line, one exit status."""

import errno

from lab.language import Sentence, say
from lab.paths import STATE

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


NOT_OURS = Sentence("Let this user write there: it may be another user's, or root's")
WHAT_TO_DO = {
    errno.ENOSPC: Sentence("Make room on that disk"),
    errno.EDQUOT: Sentence("Make room: this user's share of the disk is used up"),
    errno.EROFS: Sentence("The lab has to write there: make it writable, or put the lab elsewhere"),
    errno.EACCES: NOT_OURS,
    errno.EPERM: NOT_OURS,
    errno.EMFILE: Sentence("Let programs open more files (ulimit -n), in a new terminal"),
    errno.ENFILE: Sentence("End some other programs: this machine has too many files open"),
}


def refusal(error: OSError) -> str | None:
    """Say what the operating system refused and what to do about it; None for what is rare."""
    if error.errno not in WHAT_TO_DO:
        return None
    # A write that fails does not say to which file, but all of the lab's go to one folder.
    where = error.filename or STATE
    return say(
        "{where}: {problem}. {remedy}, then run the command again.",
        where=where,
        problem=error.strerror,
        remedy=say(WHAT_TO_DO[error.errno]),
    )

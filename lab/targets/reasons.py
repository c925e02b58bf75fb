"""Why a command works with a lab on this machine only."""

from lab.language import Sentence, say

_ENGINE = Sentence("it asks what completes LocalStack, which AWS does not have")
_CHECKOUT = Sentence("it is about this machine and this checkout, not about a pipeline")
_STATES = Sentence("it saves and loads the whole cloud, which only LocalStack lets anybody do")
_COURSE = Sentence("the course takes place in an empty account of a lab")

REASONS = {
    "aws": Sentence("it is AWS's own command line, which takes --profile by itself"),
    "bundle": _CHECKOUT,
    "chaos": _ENGINE,
    "clock": _ENGINE,
    "conformance": _CHECKOUT,
    "console": Sentence("on AWS the console is started by itself: see docs/console.md"),
    "course": _COURSE,
    "demo": Sentence("it starts a lab on this machine; elsewhere use `up`, then `upload`"),
    "doctor": _CHECKOUT,
    "explain": Sentence("it reads LocalStack's journal of what IAM refused; try `runs` and `logs`"),
    "iam": Sentence("it reads LocalStack's journal of permissions, which AWS does not have"),
    "audit": _CHECKOUT,
    "lint": _CHECKOUT,
    "load": _STATES,
    "reset": Sentence("it restarts LocalStack; elsewhere use `destroy`, then `up`"),
    "save": _STATES,
    "states": _STATES,
    "template": Sentence("it writes a file and asks no cloud"),
}
"""By the first word of the command."""


def why_not(words: str) -> str | None:
    """Return a sentence about a command that takes no target; None for any other.

    Args:
        words: The command, for example `course check`.
    """
    reason = REASONS.get(words.partition(" ")[0])
    if reason is None:
        return None
    return say("{command} has no --target: {reason}.", command=words, reason=say(reason))

"""The lab's own switches that lessons use: faults on demand, and the clock of S3's lifecycle.

AWS has neither. Only solutions use them, where a text tells the student to; a check looks at what
follows from it, through the AWS API. What the lab has not loaded yet is asked to save its memory.
"""

import json
import urllib.request
from typing import Any, Final

from course.sandbox import Call, Sandbox

LAB: Final = "lab"
"""As which service such a call is told of."""

_NOT_LOADED: Final = "available"
_TIMEOUT_SECONDS: Final = 10
_DIRECTLY: Final = urllib.request.build_opener(urllib.request.ProxyHandler({}))
"""The lab is on loopback, where no proxy reaches."""


def lose_an_answer(sandbox: Sandbox, function: str) -> None:
    """Let the next invocation of a function do its work, and be lost before it can say so.

    Raises:
        urllib.error.URLError: Nobody answers, or it is not this lab.
    """
    _post(
        sandbox,
        "_lab/faults",
        {"kind": "kill", "target": function, "at": "after", "account": sandbox.account},
        f"chaos on kill {function} --at after",
    )


def push_clock(sandbox: Sandbox, days: int) -> None:
    """Push the clock of an account's lifecycle rules; what has expired by then is deleted at once.

    Raises:
        urllib.error.URLError: Nobody answers, or it is not this lab.
    """
    step = f"+{days}d"
    _post(sandbox, "_lab/clock", {"push": step, "account": sandbox.account}, f"clock {step}")


def idle_services(sandbox: Sandbox) -> frozenset[str]:
    """Return the services that the lab has not loaded: nothing of theirs can be in an account.

    Where nobody can be asked, as on AWS, the answer is empty.
    """
    request = urllib.request.Request(f"{sandbox.endpoint}/_localstack/health")  # noqa: S310 - as below
    try:
        with _DIRECTLY.open(request, timeout=_TIMEOUT_SECONDS) as answer:
            services = json.load(answer)["services"]
    except (OSError, ValueError, KeyError, TypeError):
        return frozenset()
    return frozenset(name for name, state in services.items() if state == _NOT_LOADED)


def _post(sandbox: Sandbox, page: str, body: dict[str, Any], command: str) -> None:
    if sandbox.on_call is not None:
        sandbox.on_call(Call(LAB, f"{command} --account {sandbox.account}", {}))
    request = urllib.request.Request(  # noqa: S310 - of the lab itself
        f"{sandbox.endpoint}/{page}",
        data=json.dumps(body).encode(),
        headers={"Content-Type": "application/json"},
    )
    with _DIRECTLY.open(request, timeout=_TIMEOUT_SECONDS):
        pass

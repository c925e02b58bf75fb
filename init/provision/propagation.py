"""Waits out the delay between a grant and the moment when all of AWS knows it.

IAM is eventually consistent: for some seconds after a role or a policy was made, services still
answer that the role can't be assumed or may not do what it was just granted. AWS has no call
that says when it is over; the advice is to try again.
"""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Final

from botocore.exceptions import ClientError

if TYPE_CHECKING:
    from collections.abc import Callable

_PATIENCE_S: Final = 30.0
_PAUSE_S: Final = 1.0

# What the services answer meanwhile: code, and a word of the message, because Lambda uses one
# code for every kind of bad parameter and only this kind passes by itself.
_NOT_YET: Final = (
    ("InvalidParameterValueException", "role"),  # Lambda
    ("AccessDeniedException", "assume"),  # Step Functions
    ("InvalidArgument", "destination"),  # S3, about the function it should notify
)


def once_granted[T](call: Callable[[], T], *, patience_s: float = _PATIENCE_S) -> T:
    """Make a call that depends on a fresh grant, again until the grant is known.

    Args:
        call: The call.
        patience_s: How long to try, seconds.

    Raises:
        ClientError: The call failed for another reason, or still fails after the patience.
    """
    deadline = time.monotonic() + patience_s
    while True:
        try:
            return call()
        except ClientError as error:
            if not _waits_for_grant(error) or time.monotonic() > deadline:
                raise
        time.sleep(_PAUSE_S)


def _waits_for_grant(error: ClientError) -> bool:
    said = error.response["Error"]
    return any(
        said["Code"] == code and word in said.get("Message", "").lower() for code, word in _NOT_YET
    )

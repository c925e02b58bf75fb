"""Wait until a new role or policy takes effect in all of AWS, or a deleted name is free again.

IAM is eventually consistent: for some seconds after a role or a policy was made, services answer
that the role cannot be assumed, or lacks a permission that it has. AWS has no call that tells when
this is over; the advice is to try again.
"""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Final

from botocore.exceptions import ClientError

if TYPE_CHECKING:
    from collections.abc import Callable

_PATIENCE_SECONDS: Final = 30.0
_DELETING_SECONDS: Final = 120.0
_PAUSE_SECONDS: Final = 1.0

_NOT_YET: Final = (
    ("InvalidParameterValueException", "role"),  # Lambda
    ("AccessDeniedException", "assume"),  # Step Functions
    ("InvalidArgument", "destination"),  # S3, about the function it should notify
)
"""The services' answers until then: code and a word of the message, because Lambda uses one code
for all bad parameters, and only this kind becomes valid by itself."""


_STILL_DELETING: Final = (
    "AWS.SimpleQueueService.QueueDeletedRecently",  # for 60 s (CreateQueue in the API reference)
    "QueueDeletedRecently",
    "StateMachineDeleting",  # until its executions have ended
    "OperationAborted",  # S3 is still busy with the bucket
)
"""By which AWS says that a name is not free again yet."""


def once_deleted[T](call: Callable[[], T], *, patience_seconds: float = _DELETING_SECONDS) -> T:
    """Create something, and repeat it while AWS is still deleting what had its name before.

    Args:
        call: The call.
        patience_seconds: How long to try.

    Raises:
        ClientError: The call failed for another reason, or still fails after that time.
    """
    return _repeat(
        call, lambda error: error.response["Error"]["Code"] in _STILL_DELETING, patience_seconds
    )


def once_granted[T](call: Callable[[], T], *, patience_seconds: float = _PATIENCE_SECONDS) -> T:
    """Make a call that depends on a new grant, and repeat it until the grant takes effect.

    Args:
        call: The call.
        patience_seconds: How long to try.

    Raises:
        ClientError: The call failed for another reason, or still fails after that time.
    """
    return _repeat(call, _waits_for_grant, patience_seconds)


def _repeat[T](
    call: Callable[[], T], is_passing: Callable[[ClientError], bool], patience_seconds: float
) -> T:
    deadline = time.monotonic() + patience_seconds
    while True:
        try:
            return call()
        except ClientError as error:
            if not is_passing(error) or time.monotonic() > deadline:
                raise
        time.sleep(_PAUSE_SECONDS)


def _waits_for_grant(error: ClientError) -> bool:
    said = error.response["Error"]
    return any(
        said["Code"] == code and word in said.get("Message", "").lower() for code, word in _NOT_YET
    )

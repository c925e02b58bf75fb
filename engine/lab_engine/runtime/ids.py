"""Make random ids of bytes that are asked for in one go.

Every request has several. To ask the kernel for 16 bytes gives up the interpreter's lock, and in a
burst a thread waits a long time until it has it again.
"""

import os
from collections import deque
from uuid import UUID

_UUID_BYTES = 16
_UUIDS_AT_ONCE = 256
_bytes: deque[bytes] = deque()


def uuid4() -> UUID:
    """Return a random UUID, in place of `uuid.uuid4`. No two callers get the same bytes."""
    while True:
        try:
            return UUID(bytes=_bytes.pop(), version=4)
        except IndexError:
            drawn = os.urandom(_UUID_BYTES * _UUIDS_AT_ONCE)
            _bytes.extend(
                drawn[first : first + _UUID_BYTES] for first in range(0, len(drawn), _UUID_BYTES)
            )

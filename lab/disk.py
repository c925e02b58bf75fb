"""What a lab takes of the disk."""

import os
from pathlib import Path

DISK_PATH = "/_lab/disk"
"""Where LocalStack says what its S3 holds: files that no folder shows."""

_BLOCK_BYTES = 512
"""Of st_blocks, however large the file system's own blocks are (stat(2))."""


def space_of(folder: Path) -> int:
    """Return the disk space in bytes of all files in a folder; 0 where there is none.

    Args:
        folder: It may change meanwhile.
    """
    space = 0
    for place, _, names in os.walk(folder):
        for name in names:
            try:
                space += (Path(place) / name).lstat().st_blocks * _BLOCK_BYTES
            except OSError:  # removed meanwhile
                continue
    return space

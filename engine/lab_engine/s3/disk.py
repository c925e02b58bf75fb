"""The page `/_lab/disk`: how much disk space S3 uses, which no folder shows.

LocalStack keeps larger objects and all parts of uploads in deleted files that are still open.

GET    {"stored_bytes": 0, "unfinished_bytes": 0, "free_bytes": 0}

`stored_bytes` is the disk space of all these files, `unfinished_bytes` the length of the parts
whose upload was neither completed nor aborted.
"""

import shutil
import stat
import tempfile
from pathlib import Path

from localstack.http import Request
from localstack.services.edge import ROUTER
from localstack.services.s3.models import s3_stores

DISK_PATH = "/_lab/disk"

_OPEN_FILES = Path("/proc/self/fd")
_BLOCK_BYTES = 512
"""The unit of st_blocks, whatever the file system's own block size (stat(2))."""


def serve() -> None:
    """Serve the page."""
    ROUTER.add(DISK_PATH, _show, methods=["GET"])


def _show(_request: Request) -> dict[str, int]:
    return {
        "stored_bytes": _deleted_but_open_bytes(),
        "unfinished_bytes": _unfinished_bytes(),
        "free_bytes": shutil.disk_usage(tempfile.gettempdir()).free,
    }


def _deleted_but_open_bytes() -> int:
    """Return the disk space of deleted files that are open here; each counts once."""
    found = {}
    for entry in _OPEN_FILES.iterdir():
        try:
            file = entry.stat()
        except OSError:  # closed meanwhile
            continue
        if stat.S_ISREG(file.st_mode) and file.st_nlink == 0:
            found[file.st_dev, file.st_ino] = file.st_blocks * _BLOCK_BYTES
    return sum(found.values())


def _unfinished_bytes() -> int:
    buckets = {
        bucket.name: bucket
        for _account, _region, store in s3_stores.iter_stores()
        for bucket in list(store.buckets.values())
    }
    return sum(
        part.size or 0
        for bucket in buckets.values()
        for upload in list(bucket.multiparts.values())
        for part in list(upload.parts.values())
    )

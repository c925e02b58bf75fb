"""Correct the description of a service where it was read, instead of in a copy of all of it.

LocalStack applies a hundred corrections to S3's description. Copying that takes longer than reading
it, and the original is not used.
"""

import threading
from typing import Any

import jsonpatch
from botocore.loaders import Loader

_CORRECTING = threading.RLock()


def load_corrected(self: Any, name: str) -> Any:
    """Return a description with LocalStack's corrections; a loader reads and corrects each once."""
    with _CORRECTING:
        is_known = ("load_data", name) in self._cache
        loaded = Loader.load_data(self, name)
        if not is_known and (corrections := self.patches.get(name)):
            return jsonpatch.apply_patch(loaded, corrections, in_place=True)
        return loaded

"""Read the descriptions of services without what nobody reads, and correct them in place.

They were a third of LocalStack's memory: texts for people, and ordered dictionaries, twice as large
as plain ones, which keep their order as well. boto3's clients and LocalStack's parsers each read
their own.

LocalStack applies a hundred corrections to S3's description. Copying that takes longer than reading
it, and the original is not used.
"""

import json
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

import jsonpatch
from botocore.loaders import Loader

_CORRECTING = threading.RLock()


def read(_self: object, full_path: str, open_file: Callable[..., Any]) -> Any:
    """Return the data of one of botocore's files with no documentation in it; None without a file.

    Args:
        full_path: Of the file.
        open_file: Opens it, whether it is compressed or not.
    """
    if not Path(full_path).is_file():
        return None
    with open_file(full_path, "rb") as file:
        return json.load(file, object_hook=_forget_documentation)


def _forget_documentation(found: dict[str, Any]) -> dict[str, Any]:
    if isinstance(found.get("documentation"), str):  # a shape may have a member of this name
        found["documentation"] = ""
    return found


def load_corrected(self: Any, name: str) -> Any:
    """Return a description with LocalStack's corrections; a loader reads and corrects each once."""
    with _CORRECTING:
        is_known = ("load_data", name) in self._cache
        loaded = Loader.load_data(self, name)
        if not is_known and (corrections := self.patches.get(name)):
            return jsonpatch.apply_patch(loaded, corrections, in_place=True)
        return loaded

"""Keeps objects in this LocalStack's own temporary folder.

LocalStack keeps larger objects in one folder of the machine, `/tmp/localstack-s3-storage`, a folder
in it for each bucket. Where two labs run, deleting a bucket in one takes away the folder of the
other's bucket of that name, which answers 500 from then on; and where two people share a machine,
the second one may create no bucket, because the folder is the first one's.
"""

import tempfile
from pathlib import Path

OBJECT_FOLDER = str(Path(tempfile.gettempdir()) / "s3-objects")
"""Made with the first bucket."""

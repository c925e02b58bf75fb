"""Keep objects in the temporary folder of this LocalStack.

LocalStack keeps larger objects in one folder of the machine, `/tmp/localstack-s3-storage`, a folder
in it for each bucket. If two labs run, deleting a bucket in one removes the folder of the other's
bucket of that name, which answers 500 from then on. If two people share a machine, the second one
cannot create a bucket, because the folder belongs to the first.
"""

import tempfile
from pathlib import Path

OBJECT_FOLDER = str(Path(tempfile.gettempdir()) / "s3-objects")
"""LocalStack makes it with the first bucket."""

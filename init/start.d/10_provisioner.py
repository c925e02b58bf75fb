"""Start the provisioner while LocalStack starts: it gets ready, and waits to be told.

LocalStack executes this file inside its own process, without `__file__`. If it fails, the hook in
ready.d starts the provisioner.
"""

import os
import pathlib
import sys

folder = str(pathlib.Path(os.environ.get("FILESYSTEM_ROOT") or "/") / "etc/localstack/init")
if folder not in sys.path:
    sys.path.append(folder)

from provisioner_process import start_early  # noqa: E402 - found there

start_early()

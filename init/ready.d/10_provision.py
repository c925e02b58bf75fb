"""Provision when LocalStack is ready.

LocalStack executes this file inside its own process, without `__file__`. If the provisioner fails,
this script raises and the hook's state is ERROR. With LAB_EMPTY=on the account stays empty.
"""

import os
import pathlib
import sys

folder = str(pathlib.Path(os.environ.get("FILESYSTEM_ROOT") or "/") / "etc/localstack/init")
if folder not in sys.path:
    sys.path.append(folder)

from provisioner_process import provision  # noqa: E402 - found there

provision()

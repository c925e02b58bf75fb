"""Runs the provisioner when LocalStack is ready.

LocalStack executes this file inside its own process, without `__file__`, and takes `sys.exit` for
a reason to stop silently. So the work is done in a process of its own, whose failure raises here
and makes the hook's state ERROR.
"""

import os
import pathlib
import re
import subprocess
import sys

INIT_FOLDER = pathlib.Path(os.environ.get("FILESYSTEM_ROOT") or "/") / "etc/localstack/init"


def gateway_port(listen: str) -> str:
    """The port of the first address LocalStack listens at, for example of `0.0.0.0:4566`."""
    found = re.match(r"(?:[^,]*:)?(\d+)(?:,|$)", listen)
    return found[1] if found else "4566"


def provisioner_environment() -> dict[str, str]:
    """The environment that lets boto3 find this LocalStack, and not somebody's AWS account."""
    kept = {
        name: value
        for name, value in os.environ.items()
        if name not in ("AWS_PROFILE", "AWS_SESSION_TOKEN", "PYTHONHOME")
    }
    endpoint = f"http://127.0.0.1:{gateway_port(os.environ.get('GATEWAY_LISTEN', ''))}"
    return kept | {
        "PYTHONPATH": str(INIT_FOLDER),
        # The folder may be mounted from the user's checkout, where root's files do not belong.
        "PYTHONDONTWRITEBYTECODE": "1",
        "AWS_ENDPOINT_URL": endpoint,
        "AWS_ACCESS_KEY_ID": "test",
        "AWS_SECRET_ACCESS_KEY": "test",
        "AWS_CONFIG_FILE": os.devnull,
        "NO_PROXY": "127.0.0.1",
    }


subprocess.run([sys.executable, "-m", "provision"], env=provisioner_environment(), check=True)

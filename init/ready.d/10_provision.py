"""Run the provisioner when LocalStack is ready.

LocalStack executes this file inside its own process, without `__file__`, and `sys.exit` would stop
it silently. So the provisioner runs in a process of its own; if that fails, this script raises and
the hook's state is ERROR. With LAB_EMPTY=on there is nothing to do: the account stays empty.
"""

import json
import os
import pathlib
import re
import subprocess
import sys

PROVISIONED_BY = ("LAB_PROFILE", "LAB_STUDENT", "LAB_SUFFIX", "LAB_EMAIL")
"""What decides how the pipeline is provisioned."""

INIT_FOLDER = pathlib.Path(os.environ.get("FILESYSTEM_ROOT") or "/") / "etc/localstack/init"


def gateway_port(listen: str) -> str:
    """Return the port of the first address LocalStack listens at, for example of `0.0.0.0:4566`."""
    found = re.match(r"(?:[^,]*:)?(\d+)(?:,|$)", listen)
    return found[1] if found else "4566"


def provisioner_environment() -> dict[str, str]:
    """Return the environment in which boto3 uses this LocalStack, and not an AWS account."""
    kept = {
        name: value
        for name, value in os.environ.items()
        if name not in ("AWS_PROFILE", "AWS_SESSION_TOKEN", "PYTHONHOME")
    }
    endpoint = f"http://127.0.0.1:{gateway_port(os.environ.get('GATEWAY_LISTEN', ''))}"
    return kept | {
        "PYTHONPATH": str(INIT_FOLDER),
        # The folder may be mounted from the user's checkout, which must not get files of root.
        "PYTHONDONTWRITEBYTECODE": "1",
        "AWS_ENDPOINT_URL": endpoint,
        "AWS_ACCESS_KEY_ID": "test",
        "AWS_SECRET_ACCESS_KEY": "test",
        "AWS_CONFIG_FILE": os.devnull,
        "NO_PROXY": "127.0.0.1",
    }


def is_brought_back() -> bool:
    """Tell whether the cloud of an earlier start is back, provisioned with the settings of now.

    Then it stays as it was left, also where it was changed by hand.
    """
    loaded = os.environ.get("LAB_STATE_LOADED")
    if loaded is None:
        return False
    saved = json.loads(loaded)
    return all(saved.get(name, "") == os.environ.get(name, "") for name in PROVISIONED_BY)


if os.environ.get("LAB_EMPTY") != "on" and not is_brought_back():
    subprocess.run([sys.executable, "-m", "provision"], env=provisioner_environment(), check=True)

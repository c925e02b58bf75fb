"""The provisioner's process, as LocalStack's hooks use it: started early, and told when to begin.

Importing boto3 and reading the descriptions of nine services takes the provisioner about half a
second. It does so while LocalStack still starts, on another processor, and then waits for a line on
its standard input. Without one it ends, so it never outlives LocalStack.

It is a process of its own because the hooks run inside LocalStack's, which `sys.exit` would stop.
"""

import json
import os
import pathlib
import re
import subprocess
import sys

PROVISIONED_BY = ("LAB_PROFILE", "LAB_STUDENT", "LAB_SUFFIX", "LAB_EMAIL")
"""What decides how the pipeline is provisioned."""

_COMMAND = (sys.executable, "-m", "provision", "--when-told")

_started: "list[subprocess.Popen[bytes]]" = []
"""The process that was started early and not told yet."""


def start_early() -> None:
    """Start the provisioner if it will be needed: no cloud was saved that comes back."""
    saved = os.environ.get("LAB_STATE_DIR")
    if _is_wanted() and not (saved and pathlib.Path(saved).exists()):
        _started.append(_start())


def provision() -> None:
    """Provision, unless the account stays empty or its cloud is back.

    Raises:
        subprocess.CalledProcessError: The provisioner failed.
    """
    early = _started.pop() if _started else None
    if not _is_wanted() or _is_brought_back():
        if early:
            early.communicate()  # without a line it ends
        return
    process = early or _start()
    process.communicate(b"begin\n")
    if process.returncode:
        raise subprocess.CalledProcessError(process.returncode, process.args)


def _start() -> "subprocess.Popen[bytes]":
    return subprocess.Popen(_COMMAND, env=_environment(), stdin=subprocess.PIPE)


def _is_wanted() -> bool:
    return os.environ.get("LAB_EMPTY") != "on"


def _is_brought_back() -> bool:
    """Tell whether the cloud of an earlier start is back, provisioned with the settings of now.

    Then it stays as it was left, also where it was changed by hand.
    """
    loaded = os.environ.get("LAB_STATE_LOADED")
    if loaded is None:
        return False
    saved = json.loads(loaded)
    return all(saved.get(name, "") == os.environ.get(name, "") for name in PROVISIONED_BY)


def _environment() -> dict[str, str]:
    """Return the environment in which boto3 uses this LocalStack, and not an AWS account."""
    kept = {
        name: value
        for name, value in os.environ.items()
        if name not in ("AWS_PROFILE", "AWS_SESSION_TOKEN", "PYTHONHOME")
    }
    endpoint = f"http://127.0.0.1:{_gateway_port(os.environ.get('GATEWAY_LISTEN', ''))}"
    return kept | {
        "PYTHONPATH": str(pathlib.Path(__file__).parent),
        # The folder may be mounted from the user's checkout, which must not get files of root.
        "PYTHONDONTWRITEBYTECODE": "1",
        "AWS_ENDPOINT_URL": endpoint,
        "AWS_ACCESS_KEY_ID": "test",
        "AWS_SECRET_ACCESS_KEY": "test",
        "AWS_CONFIG_FILE": os.devnull,
        "NO_PROXY": "127.0.0.1",
    }


def _gateway_port(listen: str) -> str:
    """Return the port of the first address LocalStack listens at, for example of `0.0.0.0:4566`."""
    found = re.match(r"(?:[^,]*:)?(\d+)(?:,|$)", listen)
    return found[1] if found else "4566"

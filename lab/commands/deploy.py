"""deploy: what was edited in the checkout goes into the running lab."""

import os
import subprocess
import sys

from lab.cloud import open_cloud
from lab.commands.options import Port
from lab.console import out
from lab.current import Lab
from lab.errors import LabError
from lab.paths import REPOSITORY


def deploy(port: Port = None) -> None:
    """Bring edited functions, the state machine and settings into the running lab."""
    lab = open_cloud(port).lab
    command = [sys.executable, "-P", "-m", "provision"]
    if subprocess.run(command, env=provisioner_environment(lab), check=False).returncode:
        raise LabError("Nothing more was deployed. Correct what is named above, and run it again.")
    out.print("\n[green]✓[/green] The lab is as your checkout says.")


def provisioner_environment(lab: Lab) -> dict[str, str]:
    """What the provisioner gets at the lab's own start, so that nothing else changes."""
    return {
        **os.environ,
        **lab.variables,
        "LAB_PROFILE": lab.profile,
        "PYTHONPATH": str(REPOSITORY / "init"),
        "AWS_ENDPOINT_URL": lab.endpoint,
        "AWS_ACCESS_KEY_ID": "test",
        "AWS_SECRET_ACCESS_KEY": "test",
        "AWS_DEFAULT_REGION": lab.settings.region,
        "NO_PROXY": "127.0.0.1",
    }

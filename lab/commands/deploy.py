"""deploy: what was edited in the checkout goes into the running lab."""

import os
import subprocess
import sys

from lab.cloud import Cloud, open_cloud
from lab.commands.options import Account, Port
from lab.console import out
from lab.current import FIRST_ACCOUNT
from lab.errors import LabError
from lab.paths import REPOSITORY


def deploy(port: Port = None, account: Account = FIRST_ACCOUNT) -> None:
    """Bring edited functions, the state machine and settings into the running lab.

    With --account the whole pipeline comes up in an account of its own. Its bucket names end in the
    account's number, because two accounts can't have buckets of one name.
    """
    cloud = open_cloud(port, account)
    command = [sys.executable, "-P", "-m", "provision"]
    if subprocess.run(command, env=provisioner_environment(cloud), check=False).returncode:
        raise LabError("Nothing more was deployed. Correct what is named above, and run it again.")
    out.print(f"\n[green]✓[/green] Account {account} is as your checkout says.")


def provisioner_environment(cloud: Cloud) -> dict[str, str]:
    """What the provisioner gets at the lab's own start, so that nothing else changes."""
    return {
        **os.environ,
        **cloud.lab.variables_of(cloud.account),
        "PYTHONPATH": str(REPOSITORY / "init"),
        "AWS_ENDPOINT_URL": cloud.endpoint,
        "AWS_ACCESS_KEY_ID": cloud.account,
        "AWS_SECRET_ACCESS_KEY": "test",
        "AWS_DEFAULT_REGION": cloud.settings.region,
        "NO_PROXY": "127.0.0.1",
    }

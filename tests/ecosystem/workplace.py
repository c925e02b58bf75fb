"""Where a client program runs: as a user of the lab, with that user's keys and nothing else."""

import json
import os
import shutil
import subprocess
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from tests.engine.conftest import REGION, LocalStack

ACCOUNT = "000000000000"
COMMAND_SECONDS = 240
NO_PROXY_THERE = "http://127.0.0.1:9"
"""Nobody listens at the port for discarding: what would leave this machine fails at once."""

DEFAULTS = {
    "AWS_DEFAULT_REGION": REGION,
    "AWS_REGION": REGION,
    "AWS_EC2_METADATA_DISABLED": "true",
    "AWS_PAGER": "",
    "CI": "true",
    "HTTP_PROXY": NO_PROXY_THERE,
    "HTTPS_PROXY": NO_PROXY_THERE,
    "NO_PROXY": "127.0.0.1,localhost",
    "NO_COLOR": "1",
}


@dataclass
class Workplace:
    """A folder, and an environment that knows one user of the lab.

    Attributes:
        localstack: The lab.
        folder: Of the user's files; also the home.
        user: The user's name in IAM.
        environment: Of the commands.
    """

    localstack: LocalStack
    folder: Path
    user: str
    environment: dict[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        """Make the user, without any permission."""
        iam = self.root("iam")
        iam.create_user(UserName=self.user)
        key = iam.create_access_key(UserName=self.user)["AccessKey"]
        self.environment = {
            "PATH": os.environ["PATH"],
            "HOME": str(self.folder),
            "TMPDIR": str(self.folder),
            "LANG": "C.UTF-8",
            **DEFAULTS,
            "AWS_ENDPOINT_URL": self.localstack.endpoint,
            "AWS_ACCESS_KEY_ID": key["AccessKeyId"],
            "AWS_SECRET_ACCESS_KEY": key["SecretAccessKey"],
        }

    def root(self, service: str) -> Any:
        """Return a client of the account's root."""
        return self.localstack.client(service)

    def may(self, actions: str | list[str], *resources: str) -> None:
        """Give the user one more statement of what is allowed."""
        policy = {
            "Version": "2012-10-17",
            "Statement": [{"Effect": "Allow", "Action": actions, "Resource": list(resources)}],
        }
        iam = self.root("iam")
        number = len(iam.list_user_policies(UserName=self.user)["PolicyNames"])
        iam.put_user_policy(
            UserName=self.user, PolicyName=f"p{number}", PolicyDocument=json.dumps(policy)
        )

    def take(self, *files: Path) -> None:
        """Copy files or folders here."""
        for each in files:
            if each.is_dir():
                shutil.copytree(each, self.folder / each.name)
            else:
                shutil.copy(each, self.folder)

    def run(self, *command: str | Path, **variables: str) -> str:
        """Run a command, which must succeed.

        Returns:
            What it printed to stdout.
        """
        done = self.try_to_run(*command, variables=variables)
        told = f"{' '.join(map(str, command))}\n{done.stdout}{done.stderr}\n{self._denials()}"
        assert done.returncode == 0, told
        return done.stdout

    def try_to_run(
        self, *command: str | Path, variables: Mapping[str, str] | None = None
    ) -> "subprocess.CompletedProcess[str]":
        """Run a command, which may fail."""
        return subprocess.run(
            command,
            cwd=self.folder,
            env={**self.environment, **(variables or {})},
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=COMMAND_SECONDS,
            check=False,
        )

    def _denials(self) -> str:
        lines = [line for line in self.localstack.log.splitlines() if "IAM denies" in line]
        return "\n".join(lines[-5:])


def arn(service: str, resource: str) -> str:
    """Return the ARN of a resource of the lab's first account in its region."""
    return f"arn:aws:{service}:{REGION}:{ACCOUNT}:{resource}"

"""No command asks anybody but this machine, whatever the user's own AWS looks like."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from lab.running import SECRET_KEY
from tests.network import elsewhere

if TYPE_CHECKING:
    from tests.integration.lab_under_test import LabUnderTest

REPOSITORY = Path(__file__).parents[2]
COMMAND_SECONDS = 120
COMMANDS = [
    "status",
    "upload samples/sample_sales.csv",
    "deploy --yes",
]
"""Each kind of thing that commands do with AWS."""


@pytest.fixture
def users_aws(tmp_path: Path) -> dict[str, str]:
    """An environment with everything by which boto3 finds AWS."""
    folder = tmp_path / ".aws"
    folder.mkdir()
    (folder / "credentials").write_text(
        "[default]\naws_access_key_id = AKIDEFAULT\naws_secret_access_key = secret\n"
    )
    (folder / "config").write_text(
        "[default]\nregion = eu-west-1\nendpoint_url = https://aws.example.com\n"
        f"[profile work]\ncredential_process = touch {tmp_path}/ran\nregion = eu-west-1\n"
    )
    proxy = "http://192.0.2.1:3128"
    return {
        **os.environ,
        "HOME": str(tmp_path),
        "PYTHONPATH": os.pathsep.join((str(REPOSITORY), str(REPOSITORY / "init"))),
        "AWS_PROFILE": "work",
        "AWS_ACCESS_KEY_ID": "AKIREAL",
        "AWS_SECRET_ACCESS_KEY": "real",  # pragma: allowlist secret
        "AWS_SESSION_TOKEN": "real",
        "AWS_DEFAULT_REGION": "eu-west-1",
        "AWS_EC2_METADATA_SERVICE_ENDPOINT": "http://192.0.2.1",
        "HTTP_PROXY": proxy,
        "HTTPS_PROXY": proxy,
        "http_proxy": proxy,
        "https_proxy": proxy,
        "NO_COLOR": "1",
    }


def seen_of(words: list[str], environment: dict[str, str], folder: Path) -> list[tuple[str, str]]:
    """Whom a module asks; it must succeed."""
    file = folder / "seen"
    done = subprocess.run(
        [sys.executable, "-P", "-m", "tests.network", str(file), *words],
        env=environment,
        cwd=REPOSITORY,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=COMMAND_SECONDS,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    seen = [(event, whom) for event, whom in map(json.loads, file.read_text().splitlines())]
    assert seen, "it asked nobody at all"
    return seen


@pytest.mark.parametrize("words", COMMANDS)
def test_a_command_asks_this_machine_only(
    words: str, lab: LabUnderTest, users_aws: dict[str, str], tmp_path: Path
) -> None:
    lab.needs_a_lab("`scripts/lab --port`")
    users_aws |= {
        "AWS_ENDPOINT_URL": "https://aws.example.com",
        "LAB_PROFILE": lab.settings.profile.name,
    }
    asked = ["lab", *words.split(), "--port", str(lab.record.port)]
    seen = seen_of(asked, users_aws, tmp_path)
    programs = {sys.executable}  # the provisioner, which the next test watches
    assert [each for each in elsewhere(seen) if each[1] not in programs] == []
    assert not (tmp_path / "ran").exists()


@pytest.mark.parametrize("action", ["plan", "apply"])
def test_the_provisioner_asks_this_machine_only(
    action: str, lab: LabUnderTest, users_aws: dict[str, str], tmp_path: Path
) -> None:
    users_aws |= {
        "AWS_ENDPOINT_URL": lab.endpoint,
        "AWS_ACCESS_KEY_ID": lab.account,
        "AWS_SECRET_ACCESS_KEY": SECRET_KEY,
        "AWS_DEFAULT_REGION": lab.region,
        **lab.record.variables_of(lab.account),
    }
    assert elsewhere(seen_of(["provision", action], users_aws, tmp_path)) == []
    assert not (tmp_path / "ran").exists()

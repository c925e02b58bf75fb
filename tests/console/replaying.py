"""What was clicked is built again in another account, by the archive of the commands panel."""

import json
import os
import subprocess
import sys
import zipfile
from pathlib import Path
from typing import Any

from playwright.sync_api import Page

from course.definitions import read_definitions
from course.sandbox import Sandbox
from tests.console.conftest import REGION, Console

LIMIT_SECONDS = 240


def download_commands(tab: Page, folder: Path) -> Path:
    """Unpack what the commands panel of the open page gives; the folder it is in."""
    if not tab.locator(".panel .entries").is_visible():
        tab.get_by_role("button", name="Commands", exact=True).click()
    with tab.expect_download() as download:
        tab.locator(".panel").get_by_role("button", name="Download").click()
    with zipfile.ZipFile(download.value.path()) as archive:
        archive.extractall(folder)
    return folder


def replay(console: Console, folder: Path, account: str, kind: str = "replay.sh") -> None:
    """Run an unpacked archive in another account of the lab: its script, or its `replay.py`."""
    program = "bash" if kind == "replay.sh" else sys.executable
    environment = {
        "PATH": os.pathsep.join([str(Path(sys.executable).parent), os.environ["PATH"]]),
        "HOME": str(folder),
        "AWS_ACCESS_KEY_ID": account,
        "AWS_SECRET_ACCESS_KEY": "test",
        "AWS_DEFAULT_REGION": REGION,
        "AWS_ENDPOINT_URL": console.localstack.endpoint,
    }
    done = subprocess.run(
        [program, str(folder / kind)],
        env=environment,
        capture_output=True,
        text=True,
        check=False,
        timeout=LIMIT_SECONDS,
    )
    script = (folder / kind).read_text("utf-8")
    assert done.returncode == 0, f"{done.stdout}\n{done.stderr}\n{script}"


def held_by(console: Console, account: str) -> dict[str, Any]:
    """What an account holds, as data, with `ACCOUNT` for its number."""
    sandbox = Sandbox(console.localstack.endpoint, account, REGION)
    found = read_definitions(sandbox).model_dump_json()
    held: dict[str, Any] = json.loads(found.replace(account, "ACCOUNT"))
    return held

"""What was clicked is built again in another account, by the archive of the commands panel."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import zipfile
from pathlib import Path
from typing import TYPE_CHECKING, Any

from course.definitions import read_definitions
from course.sandbox import Sandbox
from provision.waiting import Polling
from tests.console.conftest import REGION, Console

if TYPE_CHECKING:
    from collections.abc import Callable

    from playwright.sync_api import Page

LIMIT_SECONDS = 600
LOOK_SECONDS = 0.5
TOLD = 4000
"""As many characters of what a script said are shown when it fails."""


def download_commands(tab: Page, folder: Path) -> Path:
    """Unpack what the commands panel of the open page gives; the folder it is in."""
    if not tab.locator(".panel .entries").is_visible():
        tab.get_by_role("button", name="Commands", exact=True).click()
    with tab.expect_download() as download:
        tab.locator(".panel").get_by_role("button", name="Download").click()
    return unpack(download.value.path(), folder)


def unpack(archive: Path, folder: Path) -> Path:
    """Unpack an export; the folder it is in."""
    with zipfile.ZipFile(archive) as zipped:
        zipped.extractall(folder)
    return folder


def nothing() -> None:
    """Do nothing while a script runs."""


def replay(
    folder: Path,
    endpoint: str,
    account: str,
    kind: str = "replay.sh",
    meanwhile: Callable[[], object] = nothing,
) -> None:
    """Run an unpacked export in an account, told of nothing but the account and the endpoint.

    Args:
        folder: Where it is.
        endpoint: Of the lab.
        account: Which.
        kind: `replay.sh`, or `replay.py`.
        meanwhile: What the account's owner does again and again until the script has ended.

    Raises:
        AssertionError: It fails; with the end of what it said.
    """
    log = folder / f"{account}-{kind}.log"
    with log.open("wb") as told:
        script = subprocess.Popen(
            ["bash", "-x", kind] if kind == "replay.sh" else [sys.executable, kind],
            cwd=folder,
            env={
                "PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}",
                "HOME": str(folder),
                "AWS_ENDPOINT_URL": endpoint,
                "AWS_ACCESS_KEY_ID": account,
            },
            stdout=told,
            stderr=subprocess.STDOUT,
        )
        try:
            for _ in Polling(within=LIMIT_SECONDS, every=LOOK_SECONDS):
                if script.poll() is not None:
                    break
                meanwhile()
        finally:
            script.kill()
            script.wait()
    assert script.returncode == 0, log.read_text("utf-8", "replace")[-TOLD:]


def held_by(console: Console, account: str) -> dict[str, Any]:
    """What an account holds, as data, with `ACCOUNT` for its number."""
    sandbox = Sandbox(console.localstack.endpoint, account, REGION)
    found = read_definitions(sandbox).model_dump_json()
    held: dict[str, Any] = json.loads(found.replace(account, "ACCOUNT"))
    return held

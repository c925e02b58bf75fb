"""A bundle, made for real and installed where no network can be reached.

scripts/lab test -m offline tests/engine/test_offline.py
"""

import os
import shutil
import subprocess
import sys
import tarfile
from pathlib import Path

import pytest

from lab.bundle import FOLDER
from lab.paths import REPOSITORY

pytestmark = [pytest.mark.offline, pytest.mark.timeout(1800)]

NO_NETWORK = ["unshare", "--net", "--map-root-user"]
"""A network of its own in which nothing is connected, loopback included."""

ONLINE = "import socket; socket.create_connection(('1.1.1.1', 53), 3)"


def cut_off(*command: str) -> list[str]:
    return [*NO_NETWORK, *command]


@pytest.fixture
def clean(tmp_path: Path) -> dict[str, str]:
    """What a new user on a new machine has: no cache and no settings, and a Python 3.13."""
    (tmp_path / "bin").mkdir()
    (tmp_path / "bin" / "python3.13").symlink_to(os.path.realpath(sys.executable))
    return {"PATH": f"{tmp_path}/bin:/usr/bin:/bin", "HOME": str(tmp_path / "home")}


def test_a_machine_without_a_network_installs_from_the_bundle(
    tmp_path: Path, clean: dict[str, str]
) -> None:
    if not shutil.which("unshare") or subprocess.run(cut_off("true"), check=False).returncode:
        pytest.skip("this machine lets nobody be cut off from the network")
    online = subprocess.run(cut_off(sys.executable, "-c", ONLINE), capture_output=True, check=False)
    assert online.returncode != 0, "the network is still there"

    file = tmp_path / "lab.tar"
    made = [str(REPOSITORY / "scripts" / "lab"), "bundle", str(file), "--without-python"]
    subprocess.run(made, check=True)
    with tarfile.open(file) as archive:
        archive.extractall(tmp_path, filter="data")

    lab = str(tmp_path / FOLDER / "scripts" / "lab")
    done = subprocess.run(
        cut_off(lab, "course", "--help"),
        env=clean,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert "Without the network, from bundle/." in done.stderr
    assert "Check a step" in done.stdout
    python = str(tmp_path / FOLDER / ".venv" / "bin" / "python")
    localstack = "import importlib.metadata as m; print(m.version('localstack-core'))"
    found = subprocess.run([python, "-c", localstack], capture_output=True, text=True, check=True)
    assert found.stdout.strip() == "4.14.0"

"""A bundle, made for real, and a lab that is installed and started from it without a network.

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
from lab.launch.ports import free_port
from lab.paths import REPOSITORY

pytestmark = [pytest.mark.offline, pytest.mark.timeout(1800)]

NO_NETWORK = ["unshare", "--net", "--map-root-user"]
"""A network of its own in which nothing is connected, loopback included."""

WITH_LOOPBACK = """
import fcntl, os, socket, struct, sys
SIOCSIFFLAGS, IFF_UP = 0x8914, 1
with socket.socket() as any_socket:
    fcntl.ioctl(any_socket, SIOCSIFFLAGS, struct.pack("16sh", b"lo", IFF_UP))
os.execvp(sys.argv[1], sys.argv[1:])
"""
"""Connects loopback, then becomes its arguments."""

ONLINE = "import socket; socket.create_connection(('1.1.1.1', 53), 3)"

PLAYED = """
scripts/lab up --engine local
trap 'scripts/lab down' EXIT
scripts/lab demo --console
scripts/lab course check 1.1 || test $? = 1
"""
"""What somebody does on such a machine, in one network."""


def cut_off(*command: str) -> list[str]:
    return [*NO_NETWORK, sys.executable, "-c", WITH_LOOPBACK, *command]


@pytest.mark.parametrize("with_python", [True, False], ids=["its Python", "the machine's Python"])
def test_a_machine_without_a_network_runs_the_lab_from_the_bundle(
    with_python: bool, tmp_path: Path
) -> None:
    if not shutil.which("unshare") or subprocess.run(cut_off("true"), check=False).returncode:
        pytest.skip("this machine lets nobody be cut off from the network")
    online = subprocess.run(cut_off(sys.executable, "-c", ONLINE), capture_output=True, check=False)
    assert online.returncode != 0, "the network is still there"

    file = tmp_path / "lab.tar"
    choice = [] if with_python else ["--without-python"]
    made = subprocess.run(
        [str(REPOSITORY / "scripts" / "lab"), "bundle", str(file), *choice],
        capture_output=True,
        text=True,
        check=False,
    )
    if with_python and made.stderr.startswith("✗ Python"):
        pytest.skip(made.stderr.strip())
    assert made.returncode == 0, made.stderr
    with tarfile.open(file) as archive:
        archive.extractall(tmp_path, filter="data")
    file.unlink()  # half a gigabyte

    folder, own = tmp_path / FOLDER, tmp_path / "bin"
    own.mkdir()
    if not with_python:
        (own / "python3.13").symlink_to(os.path.realpath(sys.executable))
    done = subprocess.run(
        cut_off("bash", "-euxc", PLAYED),
        cwd=folder,
        env={  # what a new user has: no cache, and no settings
            "PATH": f"{own}:/usr/bin:/bin",
            "HOME": str(tmp_path / "home"),
            "LOCALSTACK_PORT": str(free_port()),
            "LAB_CONSOLE_PORT": str(free_port()),
            "LAB_LANG": "en",
        },
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    assert done.stderr.count("Without the network, from bundle/.") == 2  # the lab, and the console
    assert "Watch it in your browser" in done.stdout
    assert "There is a bucket for raw files, in Singapore" in done.stdout
    python = folder / ".venv" / "bin" / "python"
    from_bundle = python.resolve().is_relative_to(folder / "bundle" / "python")
    assert from_bundle == with_python, python.resolve()

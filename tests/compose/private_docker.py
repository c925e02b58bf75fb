"""A Docker engine of our own for tests: in its own namespaces, gone afterwards.

dockerd runs in a network, mount and process namespace of its own. This machine's firewall rules,
its port 4566 and a Docker engine it may have stay untouched, and the lab is proved to work with no
network at all: there is none in there but loopback and Docker's bridge.
"""

import contextlib
import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import docker
import psutil
import requests

from provision.waiting import Polling
from tests.compose.standin_image import (
    IMAGE,
    IMPORT_CHANGES,
    CannotBuildError,
    Progress,
    Recipe,
    cache_folder,
    ensure_image_tar,
)
from tests.compose.standin_python import ensure_wheels

DEBIAN_PACKAGES = {
    "dockerd": "docker.io",
    "containerd": "containerd",
    "runc": "runc",
    "iptables": "iptables",
    "ip": "iproute2",
    "mmdebstrap": "mmdebstrap",
}
"""What must be on the PATH, and the package that brings it."""

START_LIMIT_SECONDS = 60
STOP_PATIENCE_SECONDS = 30


class NoPrivateDockerError(Exception):
    """This machine cannot run an engine of our own; the message says why."""


@dataclass(frozen=True)
class PrivateDocker:
    """A running engine.

    Attributes:
        address: for DOCKER_HOST.
        config: a folder for DOCKER_CONFIG, with the Compose plugin in it.
        namespaces: the dockerd process whose namespaces it lives in.
    """

    address: str
    config: Path
    namespaces: int

    @contextlib.contextmanager
    def network(self) -> Iterator[None]:
        """Take this thread, and what it starts, into the engine's network and back again."""
        with (
            open("/proc/self/ns/net") as ours,  # noqa: PTH123 - a namespace is no file
            open(f"/proc/{self.namespaces}/ns/net") as theirs,  # noqa: PTH123
        ):
            os.setns(theirs.fileno(), os.CLONE_NEWNET)
            try:
                yield
            finally:
                os.setns(ours.fileno(), os.CLONE_NEWNET)


@contextlib.contextmanager
def private_docker(recipe: Recipe, progress: Progress) -> Iterator[PrivateDocker]:
    """Run an engine that holds a stand-in image, and end it.

    Args:
        recipe: which of the stand-ins.
        progress: is told what is being done.

    Raises:
        NoPrivateDockerError: not root, packages out of reach, or the engine does not start here.
    """
    if os.geteuid() != 0:
        raise NoPrivateDockerError("an engine of our own needs root")
    try:
        _install_missing_packages(progress)
        image = ensure_image_tar(recipe, progress)
        plugin = _compose_plugin(progress)
        with contextlib.suppress(CannotBuildError):  # those who need it will say why
            _compose_v1_root(progress)
        with contextlib.suppress(CannotBuildError):
            ensure_wheels(progress)
    except CannotBuildError as error:
        raise NoPrivateDockerError(str(error)) from error
    # A short path: those of Unix sockets end at 107 bytes.
    with tempfile.TemporaryDirectory(prefix="lab-docker-", dir="/tmp") as folder:
        home = Path(folder)
        (home / "config" / "cli-plugins").mkdir(parents=True)
        (home / "config" / "cli-plugins" / "docker-compose").symlink_to(plugin)
        progress("starting dockerd")
        with _dockerd(home) as engine:
            progress("loading the stand-in image")
            _load(engine, image)
            yield engine


def _install_missing_packages(progress: Progress) -> None:
    missing = sorted(
        package for tool, package in DEBIAN_PACKAGES.items() if shutil.which(tool) is None
    )
    if not missing:
        return
    wanted = f"apt-get install {' '.join(missing)}"
    if shutil.which("apt-get") is None:
        raise NoPrivateDockerError(f"Debian packages are missing: {' '.join(missing)}")
    if Path("/run/systemd/system").exists():
        # Here the package would start a Docker service, which is for the owner to decide.
        raise NoPrivateDockerError(f"packages are missing; if you want them: {wanted}")
    progress(wanted)
    environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    for step in (["update", "-qq"], ["install", "-qq", "--no-install-recommends", *missing]):
        done = subprocess.run(
            ["apt-get", *step], env=environment, capture_output=True, text=True, check=False
        )
    if done.returncode != 0:
        raise NoPrivateDockerError(f"{wanted} failed: {done.stderr.strip()[-300:]}")


def _compose_plugin(progress: Progress) -> Path:
    """Compose v2 as a plugin of the docker command, from Debian trixie."""
    folder = cache_folder() / "compose-v2"
    plugin = folder / "usr/libexec/docker/cli-plugins/docker-compose"
    if not plugin.exists():
        progress("Compose v2")
        _unpack_debian("trixie", folder, "--variant=extract", "--include=docker-compose")
    return plugin


def _compose_v1_root(progress: Progress) -> Path:
    """A file system with Compose v1, which has to be made while there is a network."""
    root = cache_folder() / "compose-v1"
    if not root.exists():
        progress("Compose v1")
        _unpack_debian("bookworm", root, "--variant=minbase", "--include=docker-compose")
    return root


def compose_v1(engine: PrivateDocker, folder: Path) -> list[str]:
    """The command for Compose 1.29.2, the last v1, as Debian bookworm has it.

    It runs in a file system of its own, where it sees the engine's socket and the project's folder
    at their usual places; the machine gets no `docker-compose`.

    Raises:
        CannotBuildError: the packages are not to be had.
    """
    root = _compose_v1_root(lambda _: None)
    script = """
        for shared in "$1" "$2"; do mkdir -p "$0$shared"; mount --bind "$shared" "$0$shared"; done
        folder=$2; shift 2
        exec chroot "$0" sh -c 'cd "$0" && exec docker-compose "$@"' "$folder" "$@"
    """
    socket = Path(engine.address.removeprefix("unix://"))
    return ["unshare", "--mount", "sh", "-ec", script, str(root), str(socket.parent), str(folder)]


def _unpack_debian(release: str, folder: Path, *options: str) -> None:
    """Unpack packages of a Debian release into a folder, whole or not at all."""
    folder.parent.mkdir(parents=True, exist_ok=True)
    draft = folder.with_name(f"{folder.name}.{os.getpid()}")
    done = subprocess.run(
        ["mmdebstrap", *options, release, draft], capture_output=True, text=True, check=False
    )
    if done.returncode != 0:
        shutil.rmtree(draft, ignore_errors=True)
        raise CannotBuildError(f"no packages of Debian {release}: {done.stderr.strip()[-300:]}")
    draft.rename(folder)


@contextlib.contextmanager
def _dockerd(home: Path) -> Iterator[PrivateDocker]:
    script = (
        "ip link set lo up && exec dockerd --data-root $0/data --exec-root $0/exec"
        " --pidfile $0/pid --host unix://$0/d.sock"
    )
    # Should this process be killed, the kernel ends unshare, and with it all in the namespaces.
    tied_to_us = ["setpriv", "--pdeathsig", "KILL"]
    namespaces = ["--net", "--mount", "--pid", "--fork", "--kill-child", "--mount-proc"]
    log_file = home / "log"
    with log_file.open("wb") as log:
        outside = subprocess.Popen(
            [*tied_to_us, "unshare", *namespaces, "sh", "-c", script, home],
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=subprocess.STDOUT,
        )
    try:
        address = f"unix://{home}/d.sock"
        _wait_until_it_answers(outside, address, log_file)
        inside = psutil.Process(outside.pid).children()[0]
        yield PrivateDocker(address, home / "config", inside.pid)
    finally:
        _end(outside)


def _wait_until_it_answers(process: subprocess.Popen[bytes], address: str, log: Path) -> None:
    for _ in Polling(within=START_LIMIT_SECONDS, every=0.2):
        if process.poll() is not None:
            break
        with contextlib.suppress(docker.errors.DockerException, requests.RequestException):
            client = docker.DockerClient(base_url=address)
            client.ping()
            client.close()
            return
    tail = "\n".join(log.read_text(errors="replace").splitlines()[-5:])
    raise NoPrivateDockerError(f"dockerd does not start on this machine:\n{tail}")


def _end(outside: subprocess.Popen[bytes]) -> None:
    """Let dockerd stop its containers, then make sure that its whole namespace is gone."""
    with contextlib.suppress(psutil.NoSuchProcess, IndexError):
        psutil.Process(outside.pid).children()[0].terminate()
    try:
        outside.wait(STOP_PATIENCE_SECONDS)
    except subprocess.TimeoutExpired:
        outside.kill()
        outside.wait()


def _load(engine: PrivateDocker, tar: Path) -> None:
    repository, _, tag = IMAGE.rpartition(":")
    client = docker.DockerClient(base_url=engine.address, timeout=300)
    with contextlib.closing(client):
        client.api.import_image_from_file(
            str(tar), repository=repository, tag=tag, changes=list(IMPORT_CHANGES)
        )
        size = client.images.get(IMAGE).attrs["Size"]
    if size == 0:
        raise NoPrivateDockerError(f"{tar} was loaded as an empty image; delete it")

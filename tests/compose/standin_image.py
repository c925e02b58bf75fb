"""Builds a stand-in for the official LocalStack image on machines that reach no registry.

It has what the lab relies on in the official image, at the same places: Debian trixie, Python 3.13
with LocalStack from PyPI in `/opt/code/localstack/.venv` (the release and pins of the local
engine), the entry point's behaviour, the init folders, the volume, the port. docs/compose.md lists
how it differs. It is made of Debian and PyPI packages only.

    python -m tests.compose.standin_image     # builds it, or finds it in the cache; prints its path
"""

import hashlib
import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from pathlib import Path

from lab.paths import REPOSITORY

IMAGE = "localstack/localstack:4.14.0"
"""The tag it stands in for."""

LOCK = REPOSITORY / "requirements" / "lab.txt"
SOURCE = Path("/opt/code/localstack")
VENV = SOURCE / ".venv"
PACKAGES = (
    "ca-certificates",
    "curl",
    "iproute2",
    "openssl",
    "procps",
    "python3-venv",
    "unzip",
    "xz-utils",
    "zip",
)
FOLDERS = (
    "etc/localstack/init/boot.d",
    "etc/localstack/init/start.d",
    "etc/localstack/init/ready.d",
    "etc/localstack/init/shutdown.d",
    "var/lib/localstack",
    "usr/lib/localstack",
    "tmp/localstack",
)
# Files by which LocalStack knows that it runs in its own image.
MARKERS = ("usr/lib/localstack/.community-version", "tmp/localstack/.marker")

ENTRYPOINT = """\
#!/bin/bash
# What the official entry point does: LOCALSTACK_X becomes X, then boot.d, then the supervisor.
set -eo pipefail
for name in $(compgen -e LOCALSTACK_); do
    case "$name" in LOCALSTACK_HOST* | LOCALSTACK_[0-9]*) continue ;; esac
    export "${name#LOCALSTACK_}=${!name}"
done
mkdir -p /var/lib/localstack/logs
source /opt/code/localstack/.venv/bin/activate
if [ -d /etc/localstack/init/boot.d ]; then python3 -m localstack.runtime.init BOOT; fi
exec localstack-supervisor
"""

IMPORT_CHANGES = (
    "ENV PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin",
    "ENV LANG=C.UTF-8 USER=localstack PYTHONUNBUFFERED=1",
    "ENV LOCALSTACK_BUILD_VERSION=4.14.0",
    f"WORKDIR {SOURCE}",
    "EXPOSE 4566 4510-4559 5678",
    "VOLUME /var/lib/localstack",
    "HEALTHCHECK --interval=10s --start-period=15s --retries=5 --timeout=10s"
    " CMD curl -fs http://127.0.0.1:4566/_localstack/health",
    'ENTRYPOINT ["docker-entrypoint.sh"]',
)
"""What `docker import --change` adds: the official image's settings."""

Progress = Callable[[str], None]


class CannotBuildError(Exception):
    """This machine cannot build the stand-in; the message says what it lacks."""


def cache_folder() -> Path:
    """Where images stay between runs, outside the repository."""
    base = os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache"
    return Path(base) / "csv-lab"


def image_tar() -> Path:
    """The stand-in for this recipe and this lock, whether it has been built yet or not."""
    recipe = repr((PACKAGES, FOLDERS, MARKERS, VENV, ENTRYPOINT, LOCK.read_text("utf-8")))
    return cache_folder() / f"standin-{hashlib.sha256(recipe.encode()).hexdigest()[:16]}.tar.gz"


def ensure_image_tar(progress: Progress) -> Path:
    """Find the stand-in in the cache, or build it (about two minutes).

    Raises:
        CannotBuildError: the machine lacks root, mmdebstrap, or a way to the packages.
    """
    tar = image_tar()
    if tar.exists():
        return tar
    lacking = [tool for tool in ("mmdebstrap", "tar", "gzip", "chroot") if not shutil.which(tool)]
    if os.geteuid() != 0 or lacking:
        raise CannotBuildError(f"building needs root and {', '.join(lacking) or 'nothing else'}")
    tar.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=tar.parent, prefix="build-") as scratch:
        draft = Path(scratch, "image.tar.gz")
        _build(Path(scratch), draft, progress)
        draft.replace(tar)
    for outdated in set(tar.parent.glob("standin-*.tar.gz")) - {tar}:
        outdated.unlink()
    return tar


def _build(scratch: Path, tar: Path, progress: Progress) -> None:
    root = scratch / "root"
    wheels = root / "wheels"
    progress("Debian trixie")
    _run(
        ["mmdebstrap", "--variant=minbase", f"--include={','.join(PACKAGES)}", "trixie", root],
        "Debian's packages were not to be had",
    )
    progress("LocalStack and what it is made of, from PyPI")
    _download_wheels(wheels)
    progress("installing LocalStack")
    _install(root)
    shutil.rmtree(wheels)
    progress("packing")
    with tar.open("wb") as packed:
        archive = subprocess.Popen(["tar", "-C", root, "-c", "."], stdout=subprocess.PIPE)
        subprocess.run(["gzip", "-1"], stdin=archive.stdout, stdout=packed, check=True)
    if archive.wait() != 0:
        raise CannotBuildError("the image could not be packed")


def _download_wheels(folder: Path) -> None:
    """Fetch with this machine's own pip settings (proxy, certificates), hashes checked."""
    if sys.version_info[:2] != (3, 13):
        raise CannotBuildError("building needs Python 3.13, as the official image has")
    # An own environment, because the lab's may have been made by uv and have no pip.
    environment = folder.parent.parent / "pip"
    _run([sys.executable, "-m", "venv", environment], "no virtual environment could be made")
    pip = [environment / "bin" / "pip", "--quiet", "--disable-pip-version-check"]
    offline = "PyPI's packages were not to be had"
    _run([*pip, "download", "--require-hashes", "--dest", folder, "--requirement", LOCK], offline)
    for source in sorted(folder.glob("*.tar.gz")):
        _run([*pip, "wheel", "--no-deps", "--wheel-dir", folder, source], offline)
        source.unlink()


def _install(root: Path) -> None:
    for folder in FOLDERS:
        (root / folder).mkdir(parents=True, exist_ok=True)
    for marker in MARKERS:
        (root / marker).touch()
    entrypoint = root / "usr/local/bin/docker-entrypoint.sh"
    entrypoint.write_text(ENTRYPOINT, encoding="utf-8")
    entrypoint.chmod(0o755)
    failed = "LocalStack could not be installed"
    inside: list[str | Path] = ["chroot", root]
    wheels = [f"/wheels/{wheel.name}" for wheel in (root / "wheels").glob("*.whl")]
    _run([*inside, "python3", "-m", "venv", VENV], failed)
    _run(
        [*inside, VENV / "bin/pip", "install", "--quiet", "--no-index", "--no-deps", *wheels],
        failed,
    )
    # The catalogue of services, built once at build time as the official image does.
    _run([*inside, VENV / "bin/python", "-m", "localstack.aws.spec"], failed)


def _run(command: Sequence[str | Path], failure: str) -> None:
    """Run a step of the build; its output is shown only when it fails."""
    done = subprocess.run(command, capture_output=True, text=True, errors="replace", check=False)
    if done.returncode != 0:
        tail = "\n".join((done.stdout + done.stderr).strip().splitlines()[-15:])
        raise CannotBuildError(f"{failure}:\n{tail}")


def _main() -> None:
    started = time.monotonic()

    def show(doing: str) -> None:
        sys.stderr.write(f"{time.monotonic() - started:5.0f} s  {doing}\n")

    try:
        sys.stdout.write(f"{ensure_image_tar(show)}\n")
    except CannotBuildError as error:
        sys.exit(f"No stand-in image: {error}")


if __name__ == "__main__":
    _main()

"""Builds a stand-in for the official LocalStack image on machines that reach no registry.

It has what the lab relies on in the official image, at the same places: Debian trixie, Python 3.13
with LocalStack in `/opt/code/localstack/.venv`, the entry point's behaviour, the init folders, the
volume, the port. docs/compose.md lists how it differs. It is made of Debian and PyPI packages only.

There are two. One has the packages of the local engine (`requirements/lab.txt`). The other is made
as LocalStack's own Dockerfile does it, of a checkout: its pins, its entry point, and its sources as
an editable install.

    python -m tests.compose.standin_image             # builds it, or finds it; prints its path
    python -m tests.compose.standin_image CHECKOUT    # the other one
"""

import hashlib
import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from lab.conformance.suite import VERSION, open_suite
from lab.errors import UsageError
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
BUILD_TOOLS = ("setuptools==84.2.1", "setuptools-scm==9.2.2", "wheel==0.46.3")
"""What building the sources takes, beside the pins (pyproject.toml in the checkout)."""

SOURCES = ("Makefile", "pyproject.toml", "plux.ini", "bin/localstack-supervisor", "localstack-core")
"""What LocalStack's Dockerfile takes of its repository."""

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


@dataclass(frozen=True)
class Recipe:
    """What is installed into a stand-in.

    Attributes:
        name: of its kind, in the cache.
        lock: the requirements, each with its version.
        entrypoint: the text of the image's entry point.
        checkout: where LocalStack's own sources are; None takes those of PyPI.
    """

    name: str
    lock: Path
    entrypoint: str
    checkout: Path | None = None

    @property
    def tar(self) -> Path:
        """The image, whether it has been built yet or not."""
        parts = [PACKAGES, FOLDERS, MARKERS, VENV, self.entrypoint, self.lock.read_text("utf-8")]
        if self.checkout:
            parts += [BUILD_TOOLS, SOURCES, VERSION]
        digest = hashlib.sha256(repr(tuple(parts)).encode()).hexdigest()[:16]
        return cache_folder() / f"{self.name}-{digest}.tar.gz"


LAB = Recipe("standin", LOCK, ENTRYPOINT)


def of_checkout(folder: Path) -> Recipe:
    """As LocalStack's own Dockerfile makes it of a checkout at its tag.

    Raises:
        CannotBuildError: the folder is no such checkout.
    """
    try:
        checkout = open_suite(folder).folder
    except UsageError as error:
        raise CannotBuildError(str(error)) from error
    entrypoint = (checkout / "bin" / "docker-entrypoint.sh").read_text("utf-8")
    return Recipe("pinned", checkout / "requirements-runtime.txt", entrypoint, checkout)


def ensure_image_tar(recipe: Recipe, progress: Progress) -> Path:
    """Find a stand-in in the cache, or build it (about two minutes).

    Raises:
        CannotBuildError: the machine lacks root, mmdebstrap, or a way to the packages.
    """
    tar = recipe.tar
    if tar.exists():
        return tar
    lacking = [tool for tool in ("mmdebstrap", "tar", "gzip", "chroot") if not shutil.which(tool)]
    if os.geteuid() != 0 or lacking:
        raise CannotBuildError(f"building needs root and {', '.join(lacking) or 'nothing else'}")
    tar.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=tar.parent, prefix="build-") as scratch:
        draft = Path(scratch, "image.tar.gz")
        _build(recipe, Path(scratch), draft, progress)
        draft.replace(tar)
    for outdated in set(tar.parent.glob(f"{recipe.name}-*.tar.gz")) - {tar}:
        outdated.unlink()
    return tar


def _build(recipe: Recipe, scratch: Path, tar: Path, progress: Progress) -> None:
    root = scratch / "root"
    wheels = root / "wheels"
    progress("Debian trixie")
    _run(
        ["mmdebstrap", "--variant=minbase", f"--include={','.join(PACKAGES)}", "trixie", root],
        "Debian's packages were not to be had",
    )
    progress("LocalStack and what it is made of, from PyPI")
    wanted = ["--no-deps", *BUILD_TOOLS] if recipe.checkout else ["--require-hashes"]
    download_wheels(recipe.lock, wheels, wanted)
    progress("installing LocalStack")
    _install(recipe, root)
    shutil.rmtree(wheels)
    progress("packing")
    with tar.open("wb") as packed:
        archive = subprocess.Popen(["tar", "-C", root, "-c", "."], stdout=subprocess.PIPE)
        subprocess.run(["gzip", "-1"], stdin=archive.stdout, stdout=packed, check=True)
    if archive.wait() != 0:
        raise CannotBuildError("the image could not be packed")


def download_wheels(
    lock: Path, folder: Path, wanted: Sequence[str] = ("--require-hashes",)
) -> None:
    """Fetch with this machine's own pip settings (proxy, certificates).

    Args:
        lock: the requirements. Hashes are checked unless `wanted` leaves that out, because
            LocalStack's own pins have none.
        folder: where the wheels go; one beside its own folder is used as well.
        wanted: further arguments of `pip download`.

    Raises:
        CannotBuildError: this is another Python, or there is no way to the packages.
    """
    if sys.version_info[:2] != (3, 13):
        raise CannotBuildError("building needs Python 3.13, as the official image has")
    # An own environment, because the lab's may have been made by uv and have no pip.
    environment = folder.parent.parent / "pip"
    _run([sys.executable, "-m", "venv", environment], "no virtual environment could be made")
    pip = [environment / "bin" / "pip", "--quiet", "--disable-pip-version-check"]
    offline = "PyPI's packages were not to be had"
    _run([*pip, "download", "--dest", folder, *wanted, "--requirement", lock], offline)
    for source in sorted(folder.glob("*.tar.gz")):
        _run([*pip, "wheel", "--no-deps", "--wheel-dir", folder, source], offline)
        source.unlink()


def _install(recipe: Recipe, root: Path) -> None:
    for folder in FOLDERS:
        (root / folder).mkdir(parents=True, exist_ok=True)
    for marker in MARKERS:
        (root / marker).touch()
    entrypoint = root / "usr/local/bin/docker-entrypoint.sh"
    entrypoint.write_text(recipe.entrypoint, encoding="utf-8")
    entrypoint.chmod(0o755)
    failed = "LocalStack could not be installed"
    inside: list[str | Path] = ["chroot", root]
    wheels = [f"/wheels/{wheel.name}" for wheel in (root / "wheels").glob("*.whl")]
    _run([*inside, "python3", "-m", "venv", VENV], failed)
    pip = [*inside, VENV / "bin/pip", "install", "--quiet", "--no-index", "--no-deps"]
    _run([*pip, *wheels], failed)
    if recipe.checkout:
        _copy_sources(recipe.checkout, root / SOURCE.relative_to("/"))
        version = {"SETUPTOOLS_SCM_PRETEND_VERSION_FOR_LOCALSTACK_CORE": VERSION}
        # Built apart, as there: the plux in the environment takes a hand in any build it is near.
        _run([*pip, "--find-links", "/wheels", "--editable", SOURCE], failed, version)
    # The catalogue of services, built once at build time as the official image does.
    _run([*inside, VENV / "bin/python", "-m", "localstack.aws.spec"], failed)


def _copy_sources(checkout: Path, place: Path) -> None:
    for name in SOURCES:
        source, target = checkout / name, place / name
        if source.is_dir():
            shutil.copytree(source, target, ignore=shutil.ignore_patterns("__pycache__"))
        else:
            target.parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(source, target)


def _run(
    command: Sequence[str | Path], failure: str, variables: Mapping[str, str] | None = None
) -> None:
    """Run a step of the build; its output is shown only when it fails."""
    done = subprocess.run(
        command,
        env={**os.environ, **(variables or {})},
        capture_output=True,
        text=True,
        errors="replace",
        check=False,
    )
    if done.returncode != 0:
        tail = "\n".join((done.stdout + done.stderr).strip().splitlines()[-15:])
        raise CannotBuildError(f"{failure}:\n{tail}")


def _main() -> None:
    started = time.monotonic()

    def show(doing: str) -> None:
        sys.stderr.write(f"{time.monotonic() - started:5.0f} s  {doing}\n")

    try:
        recipe = of_checkout(Path(sys.argv[1])) if sys.argv[1:] else LAB
        sys.stdout.write(f"{ensure_image_tar(recipe, show)}\n")
    except CannotBuildError as error:
        sys.exit(f"No stand-in image: {error}")


if __name__ == "__main__":
    _main()

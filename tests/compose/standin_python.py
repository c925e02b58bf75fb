"""A stand-in for the Python image that the console's image is built of, where no registry answers.

It is the stand-in for LocalStack's image, whose Python is the same release, with the console's
locked wheels in it and the word to pip to take these: so console/Dockerfile is built as it is, its
hashes checked, without a network. It proves nothing about the official Python image itself.
"""

from __future__ import annotations

import hashlib
import io
import tarfile
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

from lab.paths import REPOSITORY
from tests.compose.standin_image import IMAGE, Progress, cache_folder, download_wheels

if TYPE_CHECKING:
    import docker

NAME = "python-standin"
LOCK = REPOSITORY / "requirements" / "console.txt"
WHEELS = "wheels"
PIP_CONF = f"[global]\nno-index = true\nfind-links = /{WHEELS}\n"


def build(client: docker.DockerClient) -> str:
    """Make the image and return its name.

    Raises:
        CannotBuildError: the console's packages cannot be had.
    """
    wheels = ensure_wheels(lambda _: None)
    container = client.containers.create(IMAGE)
    try:
        container.put_archive("/", _packed(wheels))
        container.commit(NAME, "latest", changes="ENTRYPOINT []")
    finally:
        container.remove(v=True)
    return f"{NAME}:latest"


def ensure_wheels(progress: Progress) -> Path:
    """Find the console's wheels in the cache, or fetch them, for which there must be a network.

    Raises:
        CannotBuildError: they cannot be had.
    """
    digest = hashlib.sha256(LOCK.read_bytes()).hexdigest()[:16]
    folder = cache_folder() / f"console-{digest}"
    if not folder.exists():
        progress("the console's packages, from PyPI")
        folder.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=folder.parent, prefix="console-wheels-") as scratch:
            draft = Path(scratch, "environment", WHEELS)
            download_wheels(LOCK, draft)
            draft.replace(folder)
    return folder


def _packed(wheels: Path) -> bytes:
    packed = io.BytesIO()
    with tarfile.open(fileobj=packed, mode="w") as archive:
        archive.add(wheels, WHEELS)
        entry = tarfile.TarInfo("etc/pip.conf")
        entry.size, entry.mode = len(PIP_CONF), 0o644
        archive.addfile(entry, io.BytesIO(PIP_CONF.encode()))
    return packed.getvalue()

"""A stand-in for the Mailpit image on machines that reach no registry.

It is the stand-in for LocalStack's image with another program in it (mailpit_program.py), so it
proves the wiring of docker-compose.yml and nothing about Mailpit itself.
"""

from __future__ import annotations

import io
import tarfile
from pathlib import Path
from typing import TYPE_CHECKING

from lab.launch.mailbox import OFFICIAL_IMAGE
from tests.compose import mailpit_program
from tests.compose.standin_image import IMAGE, VENV
from tests.engine import smtp_server

if TYPE_CHECKING:
    import docker

MODULES = "usr/local/lib/mailpit"


def build(client: docker.DockerClient) -> None:
    """Make the image, under the official tag."""
    files = {
        "mailpit": f"#!{VENV}/bin/python\n{Path(mailpit_program.__file__).read_text('utf-8')}",
        f"{MODULES}/tests/engine/smtp_server.py": Path(smtp_server.__file__).read_text("utf-8"),
    }
    repository, _, tag = OFFICIAL_IMAGE.rpartition(":")
    container = client.containers.create(IMAGE)
    try:
        container.put_archive("/", _tar(files))
        container.commit(repository, tag, changes='ENTRYPOINT ["/mailpit"]')
    finally:
        container.remove(v=True)


def _tar(files: dict[str, str]) -> bytes:
    packed = io.BytesIO()
    with tarfile.open(fileobj=packed, mode="w") as archive:
        for name, text in files.items():
            content = text.encode()
            entry = tarfile.TarInfo(name)
            entry.size, entry.mode = len(content), 0o755
            archive.addfile(entry, io.BytesIO(content))
    return packed.getvalue()

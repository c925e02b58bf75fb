"""A Docker engine for these tests, and the user's own docker-compose.yml run by it.

The engine is this machine's, where one answers and has or can get the official image. Otherwise it
is a private one with the stand-in image, for which root and Debian and PyPI packages are enough.
Where neither can be had the tests are skipped, and the summary says why. `STANDIN_CHECKOUT` names a
checkout of LocalStack, and asks for the private engine with the stand-in that is made of it.
"""

from __future__ import annotations

import contextlib
import os
import shutil
import subprocess
import time
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from lab.chosen import DEFAULT_PORT
from lab.launch.containers import docker_client, has_image, image_name, pull, why_not_compose
from lab.launch.ports import free_port
from lab.paths import REPOSITORY
from tests.compose.compose_project import ComposeProject, DockerUnderTest
from tests.compose.lab_command import LabCommand
from tests.compose.private_docker import NoPrivateDockerError, private_docker
from tests.compose.private_docker import compose_v1 as private_compose_v1
from tests.compose.standin_image import IMAGE, LAB, CannotBuildError, of_checkout

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

NOTES: pytest.StashKey[list[str]] = pytest.StashKey()
TEST_SECONDS = 300
"""For a test alone: building the image and what else a new machine lacks takes what it takes."""

CHECKOUT = "STANDIN_CHECKOUT"
FOLDERS_OF_THE_LAB = ("init", "lambdas", "asl", "engine")


def pytest_configure(config: pytest.Config) -> None:
    """Keep what the summary will say."""
    config.stash[NOTES] = []


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Leave the fixtures out of the tests' time limits."""
    here = Path(__file__).parent
    for item in items:
        if here in item.path.parents and item.get_closest_marker("timeout") is None:
            item.add_marker(pytest.mark.timeout(TEST_SECONDS, func_only=True))


def pytest_terminal_summary(
    terminalreporter: pytest.TerminalReporter, config: pytest.Config
) -> None:
    """Say what ran, what was measured, or why nothing ran."""
    if config.stash[NOTES]:
        terminalreporter.section("compose")
        for note in config.stash[NOTES]:
            terminalreporter.write_line(note)


@pytest.fixture(scope="session")
def note(pytestconfig: pytest.Config) -> Callable[[str], None]:
    """Add a line to the summary."""
    return pytestconfig.stash[NOTES].append


@pytest.fixture(scope="session")
def docker_under_test(
    note: Callable[[str], None], pytestconfig: pytest.Config
) -> Iterator[DockerUnderTest]:
    """The engine of this machine, else one of our own."""
    checkout = os.environ.get(CHECKOUT)
    obstacle = f"{CHECKOUT} is set." if checkout else why_not_compose()
    if obstacle is None:
        with docker_client() as client:
            if not has_image(client, image_name()):
                pull(client, image_name(), lambda _: None)
        note(f"Docker: this machine's own engine, image {image_name()}")
        yield DockerUnderTest(private=None, port=free_port())
        return
    capture = pytestconfig.pluginmanager.getplugin("capturemanager")
    started = time.monotonic()

    def show(doing: str) -> None:
        with capture.global_and_fixture_disabled():
            print(f"\n[{time.monotonic() - started:4.0f} s] {doing}", end="", flush=True)  # noqa: T201 - minutes pass here

    with contextlib.ExitStack() as stack:
        try:
            recipe = of_checkout(Path(checkout)) if checkout else LAB
            private = stack.enter_context(private_docker(recipe, show))
        except (CannotBuildError, NoPrivateDockerError) as error:
            reason = f"NOT RUN. This machine's Docker: {obstacle} One of our own: {error}"
            note(reason)
            pytest.skip(reason)
        of = f"of {checkout}" if checkout else "of requirements/lab.txt"
        note(f"Docker: an engine of our own, the stand-in for {IMAGE} {of} (docs/compose.md)")
        patch = stack.enter_context(pytest.MonkeyPatch.context())
        patch.setenv("DOCKER_HOST", private.address)
        patch.setenv("DOCKER_CONFIG", str(private.config))
        stack.enter_context(private.network())
        yield DockerUnderTest(private=private, port=DEFAULT_PORT)


@pytest.fixture(scope="module")
def lab(docker_under_test: DockerUnderTest) -> Iterator[ComposeProject]:
    """The repository's docker-compose.yml, unmodified and up, shared by a module."""
    project = docker_under_test.project(REPOSITORY, "csv-lab-test")
    try:
        project.up()
        yield project
    finally:
        project.down()


@pytest.fixture
def own_project(docker_under_test: DockerUnderTest, tmp_path: Path) -> Iterator[ComposeProject]:
    """A copy of all that docker-compose.yml needs, for a test that changes or ends it."""
    shutil.copy(REPOSITORY / "docker-compose.yml", tmp_path)
    for folder in FOLDERS_OF_THE_LAB:
        shutil.copytree(REPOSITORY / folder, tmp_path / folder)
    project = docker_under_test.project(tmp_path, "csv-lab-own", port=free_port())
    yield project
    project.down()


@pytest.fixture
def lab_command(docker_under_test: DockerUnderTest) -> Iterator[LabCommand]:  # noqa: ARG001 - starts it
    """The command line on a free port; what it started is gone afterwards."""
    command = LabCommand(free_port())
    yield command
    command.run("down", "--wipe")
    assert command.leftovers() == []


@pytest.fixture
def compose_v1(docker_under_test: DockerUnderTest, own_project: ComposeProject) -> ComposeProject:
    """The same project, run by Compose v1.29."""
    if docker_under_test.private:
        try:
            command = private_compose_v1(docker_under_test.private, own_project.folder)
        except CannotBuildError as error:
            pytest.skip(f"NOT RUN with Compose v1: {error}")
        return replace(own_project, command=command)
    asked = subprocess.run(
        ["sh", "-c", "docker-compose version --short"], capture_output=True, text=True, check=False
    )
    if not asked.stdout.startswith("1."):
        pytest.skip("NOT RUN with Compose v1: this machine has none")
    return replace(own_project, command=["docker-compose"])

"""The console as a container: `docker compose --profile console up`, its image built for real."""

from __future__ import annotations

import shutil
from typing import TYPE_CHECKING

import pytest
import requests
from playwright.sync_api import expect

from lab.launch.compose import CONSOLE_PROFILE
from lab.launch.containers import docker_client
from lab.launch.ports import free_port
from lab.paths import REPOSITORY
from tests.compose import standin_python
from tests.compose.compose_project import UP_LIMIT_SECONDS
from tests.compose.standin_image import CannotBuildError
from tests.engine.browser import chromium
from tests.integration.lab_under_test import LabUnderTest

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.compose.compose_project import ComposeProject, DockerUnderTest

SERVICE = "console"
PATIENCE_MS = 20_000
BUILD_LIMIT_SECONDS = 600
BUILT_OF = ("console", "requirements")


@pytest.fixture
def console_project(
    docker_under_test: DockerUnderTest,
    own_project: ComposeProject,
    monkeypatch: pytest.MonkeyPatch,
) -> ComposeProject:
    """A copy with what the image is built of; of a stand-in where no registry answers."""
    for folder in BUILT_OF:
        shutil.copytree(REPOSITORY / folder, own_project.folder / folder)
    shutil.copy(REPOSITORY / ".dockerignore", own_project.folder)
    if docker_under_test.private:
        with docker_client() as client:
            try:
                monkeypatch.setenv("PYTHON_IMAGE", standin_python.build(client))
            except CannotBuildError as error:
                pytest.skip(f"NOT RUN with the console: {error}")
    return own_project


@pytest.mark.timeout(BUILD_LIMIT_SECONDS + UP_LIMIT_SECONDS, func_only=True)
def test_the_profile_builds_and_starts_a_console_that_this_machine_s_browser_alone_reaches(
    console_project: ComposeProject, note: Callable[[str], None]
) -> None:
    port = free_port()
    # An empty account will do, and is there sooner.
    settings = f"LAB_CONSOLE_PORT={port}\nLAB_EMPTY=on\n"
    (console_project.folder / ".env").write_text(settings, "utf-8")
    address = f"http://127.0.0.1:{port}"

    build = ("--profile", CONSOLE_PROFILE, "build")
    built = console_project.run(*build, within_seconds=BUILD_LIMIT_SECONDS)
    assert built.returncode == 0, built.stderr
    console_project.up("--profile", CONSOLE_PROFILE)

    with docker_client() as client:
        megabytes = client.images.get("csv-lab-console").attrs["Size"] / 1e6
    note(f"up -d --wait with a console: {console_project.up_seconds:.1f} s")
    note(f"image of the console: {megabytes:.0f} MB, its base included")
    container = console_project.container(SERVICE)
    published = {name: to for name, to in container["NetworkSettings"]["Ports"].items() if to}
    assert published == {f"{port}/tcp": [{"HostIp": "127.0.0.1", "HostPort": str(port)}]}
    status = console_project.run("exec", "-T", SERVICE, "cat", "/proc/1/status").stdout
    assert "NoNewPrivs:\t1" in status
    assert "CapBnd:\t0000000000000000" in status
    assert "Uid:\t65534" in status
    assert console_project.run("exec", "-T", SERVICE, "touch", "/file").returncode != 0

    assert requests.get(f"{address}/about", timeout=10).json() == {
        "console_of": console_project.endpoint
    }
    foreign = (
        {"Host": "evil.example"},
        {"Host": f"console:{port}"},
        {"Origin": "http://evil.example"},
        {"Sec-Fetch-Site": "cross-site"},
    )
    for headers in foreign:
        assert requests.get(f"{address}/about", headers=headers, timeout=10).status_code == 403
    # What runs in the lab knows the container by another name, by which nobody is answered.
    inside = ("exec", "-T", "localstack", "curl", "--silent", "--output", "/dev/null")
    asked = console_project.run(
        *inside, "--write-out", "%{http_code}", f"http://console:{port}/about"
    )
    assert asked.stdout == "403", asked

    cloud = LabUnderTest.at(console_project.endpoint)
    where = {"LocationConstraint": cloud.region}
    cloud.client("s3").create_bucket(Bucket="there-before", CreateBucketConfiguration=where)
    with chromium() as browser, browser.new_context(locale="en-US") as context:
        page = context.new_page()
        page.goto(f"{address}/{cloud.account}/{cloud.region}/s3")
        expect(page.get_by_role("link", name="there-before")).to_be_visible(timeout=PATIENCE_MS)
        page.get_by_role("button", name="Create bucket").click()
        page.get_by_role("dialog").get_by_label("Bucket name").fill("made-from-the-container")
        page.get_by_role("dialog").get_by_role("button", name="Create bucket").click()
        made = page.get_by_role("link", name="made-from-the-container")
        expect(made).to_be_visible(timeout=PATIENCE_MS)

    console_project.kill()
    done = console_project.run("--profile", CONSOLE_PROFILE, "down", "--volumes")

    assert done.returncode == 0, done.stderr
    assert console_project.leftovers() == []

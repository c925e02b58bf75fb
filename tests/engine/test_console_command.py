"""`scripts/lab console`, `up --console` and what follows, started and stopped for real.

LocalStack's place is taken by a stand-in; the console is the real one.
"""

import json
import os
import shutil
import socket
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest

from lab.launch.ports import free_port
from tests.engine.lab_checkout import REPOSITORY, LabCheckout, compiled_parts, lab_checkout

PARTS_OF_THE_CONSOLE = ("console", "course")


@pytest.fixture(scope="module")
def parts(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return compiled_parts(tmp_path_factory.mktemp("parts"))


@pytest.fixture
def checkout(tmp_path: Path, parts: Path) -> Iterator[LabCheckout]:
    with lab_checkout(tmp_path / "checkout", parts) as made:
        for part in PARTS_OF_THE_CONSOLE:
            shutil.copytree(REPOSITORY / part, made.root / part)
        lock = (made.root / "requirements" / "console.txt").read_bytes()
        stamp = made.root / ".venv" / ".console-installed"
        stamp.write_bytes(os.fsencode(f"{made.root}\n") + lock)
        yield made


def about(address: str) -> dict[str, str] | None:
    try:
        with urllib.request.urlopen(f"{address}/about", timeout=5) as answer:  # noqa: S310 - ours
            found: dict[str, str] = json.load(answer)
            return found
    except urllib.error.URLError:
        return None


def test_a_console_starts_without_a_lab_is_found_again_and_ends_with_the_lab(
    checkout: LabCheckout,
) -> None:
    port = free_port()
    address = f"http://127.0.0.1:{port}"

    first = checkout.run("console", "--port", str(port))
    second = checkout.run("console", "--port", str(free_port()))

    assert first.returncode == 0, first.stderr
    assert f"The console: {address}" in first.stdout
    assert "The lab is not running; the console waits for it" in first.stdout
    assert about(address) == {"console_of": f"http://127.0.0.1:{checkout.port}"}
    assert second.returncode == 0, second.stderr
    assert f"The console runs already: {address}" in second.stdout

    down = checkout.run("down")

    assert down.returncode == 0, down.stderr
    assert "Its console too." in down.stdout
    assert about(address) is None
    assert checkout.processes() == []


def test_up_starts_the_console_that_env_asks_for_and_stop_ends_it_alone(
    checkout: LabCheckout,
) -> None:
    port = free_port()
    address = f"http://127.0.0.1:{port}"
    (checkout.root / ".env").write_text(f"LAB_CONSOLE=on\nLAB_CONSOLE_PORT={port}\n")

    up = checkout.run("up", "--profile", "quick", "--json")
    doctor = checkout.run("doctor")
    stop = checkout.run("console", "--stop")

    assert up.returncode == 0, up.stderr
    assert json.loads(up.stdout)["console"] == address
    assert f"running at {address}" in doctor.stdout
    assert stop.returncode == 0, stop.stderr
    assert about(address) is None
    assert checkout.running_localstack() is not None
    again = checkout.run("console", "--stop")
    assert "was not running" in again.stdout


def test_a_port_that_is_taken_is_one_line_and_nothing_is_started(checkout: LabCheckout) -> None:
    with socket.create_server(("127.0.0.1", 0)) as somebody:
        port = somebody.getsockname()[1]
        variables = {"LAB_CONSOLE_PORT": str(port)}

        for words in (("console",), ("up", "--console", "--profile", "quick")):
            done = checkout.run(*words, **variables)

            assert done.returncode == 1
            [line] = done.stderr.splitlines()
            assert f"Port {port} is taken by" in line
            assert f"scripts/lab console --port {port + 1} --lab-port {checkout.port}" in line
    assert checkout.processes() == []


@pytest.mark.parametrize(
    ("words", "variables", "told"),
    [
        (
            ("console",),
            {"LAB_CONSOLE_PORT": "x"},
            "LAB_CONSOLE_PORT is 'x', but a port is a number",
        ),
        (("up",), {"LAB_CONSOLE": "yes"}, "LAB_CONSOLE is 'yes', but it must be on or off"),
    ],
)
def test_a_setting_that_cannot_be_is_one_line(
    checkout: LabCheckout, words: tuple[str, ...], variables: dict[str, str], told: str
) -> None:
    done = checkout.run(*words, **variables)

    assert done.returncode == 2
    [line] = done.stderr.splitlines()
    assert told in line


def test_the_lab_s_own_port_is_refused_without_advice_to_stop_the_lab(
    checkout: LabCheckout,
) -> None:
    done = checkout.run("console", "--port", str(checkout.port))

    assert done.returncode == 1
    [line] = done.stderr.splitlines()
    assert "is the lab's own; the console needs another one" in line
    assert "Stop it" not in line

"""What `status` says of the disk: also what no look into a folder shows."""

import json
from pathlib import Path
from typing import Any

import pytest
import requests

from lab import inventory
from lab.commands import status
from lab.disk import space_of
from lab.running import LabRecord, RunningLab
from tests.unit.lab.empty_cloud import SERVICES, EmptyService
from tests.unit.lab.opening import RunningLauncher, let_commands_open

HELD = {"stored_bytes": 3_700_000_000, "unfinished_bytes": 3_600_000_000, "free_bytes": 10**10}


@pytest.fixture
def held(monkeypatch: pytest.MonkeyPatch) -> dict[str, int]:
    """A lab that says so much of its disk."""
    empty = RunningLab(LabRecord(4566), clients=dict.fromkeys(SERVICES, EmptyService()))
    said = dict(HELD)
    let_commands_open(monkeypatch, lambda *_: empty)
    monkeypatch.setattr(status, "launcher_of", lambda _: RunningLauncher())
    monkeypatch.setattr(inventory, "get_page", lambda *_: said)
    return said


def the_line(seen: str) -> str:
    [line] = [line for line in seen.splitlines() if line.startswith("disk")]
    return line


@pytest.mark.usefixtures("held")
def test_status_says_in_one_line_what_the_lab_takes_of_the_disk(lab_command: Any) -> None:
    status, seen, _ = lab_command("status")
    assert status == 0
    assert "3.7 GB of objects, 3.6 GB of it in unfinished uploads" in the_line(seen)
    assert the_line(seen).endswith("10.0 GB free")


def test_without_unfinished_uploads_none_are_told(lab_command: Any, held: dict[str, int]) -> None:
    held["unfinished_bytes"] = 0
    _, seen, _ = lab_command("status")
    assert "unfinished" not in the_line(seen)


@pytest.mark.usefixtures("held")
def test_as_json_it_is_bytes(lab_command: Any) -> None:
    _, seen, _ = lab_command("status", "--json")
    disk = json.loads(seen)["disk"]
    assert disk == HELD | {"folder_bytes": disk["folder_bytes"]}


@pytest.mark.usefixtures("held")
def test_an_endpoint_that_cannot_say_is_no_error(
    lab_command: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: Any) -> Any:
        raise requests.ConnectionError

    monkeypatch.setattr(inventory, "get_page", refuse)
    status, seen, told = lab_command("status")
    assert (status, told) == (0, "")
    assert not [line for line in seen.splitlines() if line.startswith("disk")]
    assert json.loads(lab_command("status", "--json")[1])["disk"] is None


def test_the_space_of_a_folder_is_that_of_all_files_in_it(tmp_path: Path) -> None:
    (tmp_path / "deep" / "er").mkdir(parents=True)
    (tmp_path / "deep" / "er" / "a.log").write_bytes(b"x" * 100_000)
    (tmp_path / "gone").symlink_to(tmp_path / "nowhere")
    assert 100_000 <= space_of(tmp_path) <= 300_000
    assert space_of(tmp_path / "nowhere") == 0

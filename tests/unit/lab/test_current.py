from pathlib import Path

import pytest

from lab.chosen import choose_port
from lab.errors import UsageError
from lab.launch.finding import find_lab
from lab.launch.record import forget, remember
from lab.running import LabRecord


def test_without_any_hint_port_4566_is_meant() -> None:
    assert choose_port(None) == 4566


def test_the_last_lab_started_is_meant() -> None:
    remember(LabRecord(4701, profile="quick", variables={"LAB_STUDENT": "somchai"}))
    remember(LabRecord(4702))
    assert choose_port(None) == 4702
    assert find_lab(4701).settings.raw_bucket == "pipeline-raw-somchai-0001"
    assert find_lab(4701).profile == "quick"


def test_localstack_port_beats_the_last_lab_and_the_option_beats_both(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    remember(LabRecord(4701))
    monkeypatch.setenv("LOCALSTACK_PORT", "4702")
    assert choose_port(None) == 4702
    assert choose_port(4703) == 4703


def test_a_lab_that_was_stopped_is_no_longer_meant() -> None:
    remember(LabRecord(4701))
    forget(LabRecord(4701), wipe=False)
    assert choose_port(None) == 4566


@pytest.mark.parametrize("port", ["http", "-1", "0", "70000", "45 66"])
def test_what_is_not_a_port_is_refused(monkeypatch: pytest.MonkeyPatch, port: str) -> None:
    monkeypatch.setenv("LOCALSTACK_PORT", port)
    with pytest.raises(UsageError):
        choose_port(None)


def test_a_wrong_lab_variable_is_told_by_its_name(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LAB_STUDENT", "Somchai Jaidee")
    with pytest.raises(UsageError, match="LAB_STUDENT"):
        _ = find_lab(4701).settings


@pytest.mark.parametrize(
    "record",
    [
        b"",
        b"{",
        b"[]",
        b"null",
        b"\xff",
        b'{"port": 4702}',
        b'{"port": 4701, "engine": "podman"}',
        b'{"port": 4701, "profile": "slow"}',
        b'{"port": 4701, "variables": ["LAB_STUDENT"]}',
        b'{"port": 4701, "variables": {"LAB_STUDENT": 1}}',
    ],
)
def test_a_damaged_record_counts_as_none(state: Path, record: bytes) -> None:
    (state / "4701").mkdir()
    (state / "4701" / "lab.json").write_bytes(record)
    assert find_lab(4701) == LabRecord(4701, variables={"LAB_PROFILE": "workshop"})


@pytest.mark.parametrize("last", [b"", b"99999", b"-1", b"4701 4702", b"\xff"])
def test_a_damaged_note_of_the_last_lab_means_the_default_one(state: Path, last: bytes) -> None:
    (state / "current").write_bytes(last)
    assert choose_port(None) == 4566

from pathlib import Path

import pytest

from lab.current import Lab, forget, meant_lab, meant_port, remember
from lab.errors import UsageError


def test_without_any_hint_port_4566_is_meant() -> None:
    assert meant_port(None) == 4566


def test_the_last_lab_started_is_meant() -> None:
    remember(Lab(4701, profile="quick", variables={"LAB_STUDENT": "somchai"}))
    remember(Lab(4702))
    assert meant_port(None) == 4702
    assert meant_lab(4701).settings.raw_bucket == "pipeline-raw-somchai-0001"
    assert meant_lab(4701).profile == "quick"


def test_localstack_port_beats_the_last_lab_and_the_option_beats_both(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    remember(Lab(4701))
    monkeypatch.setenv("LOCALSTACK_PORT", "4702")
    assert meant_port(None) == 4702
    assert meant_port(4703) == 4703


def test_a_lab_that_was_stopped_is_no_longer_meant() -> None:
    remember(Lab(4701))
    forget(Lab(4701), wipe=False)
    assert meant_port(None) == 4566


@pytest.mark.parametrize("port", ["http", "-1", "0", "70000", "45 66"])
def test_a_port_that_is_none_is_refused(monkeypatch: pytest.MonkeyPatch, port: str) -> None:
    monkeypatch.setenv("LOCALSTACK_PORT", port)
    with pytest.raises(UsageError):
        meant_port(None)


def test_a_wrong_lab_variable_is_told_by_its_name(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LAB_STUDENT", "Somchai Jaidee")
    with pytest.raises(UsageError, match="LAB_STUDENT"):
        _ = meant_lab(4701).settings


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
    assert meant_lab(4701) == Lab(4701, variables={"LAB_PROFILE": "workshop"})


@pytest.mark.parametrize("last", [b"", b"99999", b"-1", b"4701 4702", b"\xff"])
def test_a_damaged_note_of_the_last_lab_means_the_default_one(state: Path, last: bytes) -> None:
    (state / "current").write_bytes(last)
    assert meant_port(None) == 4566

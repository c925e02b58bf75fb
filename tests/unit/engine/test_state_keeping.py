"""A reset: when what was saved is deleted."""

from pathlib import Path
from typing import Any

import pytest

from lab_engine.state import cloud, instant, keeping, services
from lab_engine.state.archive import Folder
from lab_engine.state.keeping import Keeping
from lab_engine.state.saver import Saver


@pytest.fixture
def kept(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Keeping:
    """A lab with a saved cloud, whose saver has no thread."""
    folder = Folder(tmp_path / "state")
    folder.file.parent.mkdir()
    folder.file.write_bytes(b"a saved cloud")
    kept = Keeping(Saver(folder), begun=True)
    monkeypatch.setattr(keeping, "KEPT", kept)
    monkeypatch.setattr(Saver, "_run", lambda _: None)
    monkeypatch.setattr(services, "others_in_use", list)
    monkeypatch.setattr(keeping, "_run_again", lambda _: [])
    monkeypatch.setattr(keeping, "begin_saving", lambda: None)
    return kept


def file_of(kept: Keeping) -> Path:
    assert kept.saver
    return kept.saver.folder.file


def test_a_lab_that_is_too_busy_to_be_emptied_keeps_what_was_saved_and_goes_on_saving(
    kept: Keeping, monkeypatch: pytest.MonkeyPatch
) -> None:
    def be_busy() -> None:
        raise instant.BusyError("a request takes long")

    monkeypatch.setattr(cloud, "empty", be_busy)
    with pytest.raises(instant.BusyError):
        keeping.begin_anew()
    assert file_of(kept).read_bytes() == b"a saved cloud"
    assert kept.saver
    assert not kept.saver._is_over


def test_what_was_saved_is_there_until_the_cloud_is_empty_and_gone_before_scripts_run(
    kept: Keeping, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen: list[tuple[str, bool]] = []

    def note(what: str) -> list[Any]:
        seen.append((what, file_of(kept).exists()))
        return []

    monkeypatch.setattr(keeping, "_run_again", lambda stage: note(stage.name))
    monkeypatch.setattr(cloud, "empty", lambda: note("empty"))
    keeping.begin_anew()
    assert seen == [("START", True), ("empty", True), ("READY", False)]

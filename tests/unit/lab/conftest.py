"""A state folder of its own for every test: a lab that really runs here stays out of it."""

from pathlib import Path

import pytest

from lab import current, paths


@pytest.fixture(autouse=True)
def state(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    folder = tmp_path / "state"
    folder.mkdir()
    for name in ("LOCALSTACK_PORT", "LAB_PROFILE", "LAB_STUDENT", "LAB_SUFFIX", "LAB_EMAIL"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setattr(paths, "STATE", folder)
    monkeypatch.setattr(current, "STATE", folder)
    monkeypatch.setattr(current, "CURRENT", folder / "current")
    return folder

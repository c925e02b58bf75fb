"""The folder of the automatic state: what a save leaves there, and what damage does."""

import hashlib
import os
import shutil
import zipfile
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor, wait
from pathlib import Path
from typing import Any

import pytest

from lab_engine.startup import SUPPORTED_LOCALSTACK
from lab_engine.state.archive import (
    FORMAT,
    PARTS,
    Folder,
    Snapshot,
    read_folder,
    read_whole,
    write_whole,
)
from lab_engine.state.codec import RefusedError, Sealed
from lab_engine.state.objects import BusyFileError
from lab_engine.state.pages import Pages

WAITS_SECONDS = 0.5


class Bytes:
    """A content."""

    def __init__(self, data: bytes, digest: str | None = None) -> None:
        self.data = data
        self.digest = hashlib.sha256(data).hexdigest() if digest is None else digest

    def pieces(self) -> Iterator[bytes]:
        yield self.data

    def name(self, digest: str) -> None:
        self.digest = digest


def snapshot(*contents: bytes) -> Snapshot:
    manifest = {"format": FORMAT, "localstack": SUPPORTED_LOCALSTACK, "n": len(contents)}
    return Snapshot(manifest, {name: {} for name in PARTS}, [Bytes(each) for each in contents])


@pytest.fixture
def folder(tmp_path: Path) -> Folder:
    return Folder(tmp_path / "state")


def names(folder: Folder) -> set[str]:
    return {path.name for path in (folder.file.parent / "objects").iterdir()}


def test_a_content_is_written_once_and_deleted_when_nothing_needs_it(folder: Folder) -> None:
    folder.write(snapshot(b"one", b"two"))
    one, two = Bytes(b"one").digest, Bytes(b"two").digest
    before = folder.path_of(one).stat().st_ino
    folder.write(snapshot(b"one", b"one"))
    assert names(folder) == {one}
    assert folder.path_of(one).stat().st_ino == before
    saved = read_folder(folder)
    saved.verify([one])
    assert saved.content(one) == b"one"
    assert saved.manifest["n"] == 2
    with pytest.raises(RefusedError, match="is missing"):
        saved.verify([two])


def test_what_a_save_that_was_killed_has_left_is_deleted_by_the_next(folder: Folder) -> None:
    folder.write(snapshot(b"one"))
    (folder.file.parent / "objects" / ".half").write_bytes(b"ha")
    folder.file.with_suffix(".draft").write_bytes(b"half a state")
    assert read_folder(folder).manifest["n"] == 1
    folder.write(snapshot(b"one", b"two"))
    assert names(folder) == {Bytes(b"one").digest, Bytes(b"two").digest}


def test_a_save_that_fails_leaves_the_state_as_it_was(folder: Folder) -> None:
    folder.write(snapshot(b"one"))
    changed = snapshot(b"one", b"two")
    changed.contents.append(Bytes(b"three", "0" * 64))
    with pytest.raises(BusyFileError):
        folder.write(changed)
    saved = read_folder(folder)
    assert saved.manifest["n"] == 1
    saved.verify([Bytes(b"one").digest])


def refusal(folder: Folder) -> str | None:
    """Why a state is refused; None if it is read as it was written."""
    try:
        saved = read_folder(folder)
    except RefusedError as error:
        return str(error)
    assert saved.manifest["n"] == 1
    return None


def damaged_states() -> list[int]:
    return list(range(0, 2000, 97))


@pytest.mark.parametrize("at", damaged_states())
def test_a_state_that_is_cut_off_or_changed_anywhere_is_refused_or_the_same(
    folder: Folder, at: int
) -> None:
    folder.write(snapshot(b"one"))
    whole = folder.file.read_bytes()
    at %= len(whole)
    for damaged in (whole[:at], whole[:at] + bytes([whole[at] ^ 0xFF]) + whole[at + 1 :]):
        folder.file.write_bytes(damaged)
        told = refusal(folder)
        assert told is None or "\n" not in told


def test_a_content_that_is_damaged_or_missing_is_told(folder: Folder) -> None:
    folder.write(snapshot(b"one"))
    one = Bytes(b"one").digest
    folder.path_of(one).write_bytes(b"two")
    for read in (read_folder(folder).content, lambda name: read_folder(folder).verify([name])):
        with pytest.raises(RefusedError, match="is damaged"):
            read(one)


def test_a_content_is_not_looked_for_outside(folder: Folder) -> None:
    folder.write(snapshot(b"one"))
    with pytest.raises(RefusedError, match="not the name of a content"):
        read_folder(folder).content("../../../etc/passwd")


def test_a_state_that_was_put_aside_keeps_the_contents_it_may_need(folder: Folder) -> None:
    folder.write(snapshot(b"one"))
    aside = folder.set_aside()
    assert aside.name == "cloud.damaged-1"
    folder.write(snapshot(b"two"))
    assert Bytes(b"one").digest in names(folder)


def test_a_state_whose_deletion_was_cut_off_is_none_and_not_a_damaged_one(
    folder: Folder, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder.write(snapshot(b"one"))
    monkeypatch.setattr(shutil, "rmtree", lambda *_, **__: None)
    folder.discard()
    assert not folder.file.exists()
    assert names(folder) == {Bytes(b"one").digest}


def test_two_threads_that_read_one_file_at_once_read_what_is_in_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """One is interrupted where Python goes on from where any thread has read last."""
    file, one, two = tmp_path / "whole.lab", Bytes(b"one"), Bytes(b"two")
    with file.open("wb") as target:
        write_whole(snapshot(one.data, two.data), target)
    seek = zipfile._SharedFile.seek  # type: ignore[attr-defined]
    interrupting: list[Future[bytes]] = []
    with read_whole(file) as saved, ThreadPoolExecutor(1) as other:

        def seek_late(shared: Any, offset: int, whence: int = os.SEEK_SET) -> Any:
            if whence == os.SEEK_CUR and not interrupting:
                interrupting.append(other.submit(saved.content, two.digest))
                wait(interrupting, WAITS_SECONDS)  # it is done by then, or waits for this thread
            return seek(shared, offset, whence)

        monkeypatch.setattr(zipfile._SharedFile, "seek", seek_late)  # type: ignore[attr-defined]
        assert saved.content(one.digest) == one.data
        (interrupted,) = interrupting
        assert interrupted.result(5) == two.data


def test_a_state_of_another_version_is_refused_with_both_versions(tmp_path: Path) -> None:
    file = tmp_path / "old.lab"
    with zipfile.ZipFile(file, "w") as packed:
        packed.writestr("manifest.json", '{"format": 1, "localstack": "4.13.0"}')
    with (
        pytest.raises(RefusedError, match=r"LocalStack 4\.13\.0.*LocalStack 4\.14\.0"),
        read_whole(file),
    ):
        pass


# -- lists that only grow -----------------------------------------------------------------------


def test_of_a_growing_list_the_pages_that_are_full_stay_the_same() -> None:
    items = [{"n": n} for n in range(25)]
    pages = Pages(10)
    first, second, *rest = pages.sealed(items)
    assert rest == items[20:]
    items += [{"n": n} for n in range(25, 40)]
    again = pages.sealed(items)
    assert again[:2] == [first, second]
    assert [len(page.value) for page in again] == [10] * 4
    assert Pages(10).opened(again) == items


def test_a_page_that_was_changed_is_another_page() -> None:
    items = [{"n": n} for n in range(20)]
    pages = Pages(10)
    first, second = pages.sealed(items)
    del items[12]
    items.append({"n": 20})
    again = pages.sealed(items)
    assert again[0] is first
    assert again[1] is not second
    assert isinstance(again[1], Sealed)

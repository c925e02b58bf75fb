"""What is made of the parts of a state before they are written."""

import hashlib
from collections.abc import Iterator

import pytest

from lab_engine.state import archive, cloud

JSON = b"[1]"
NAME = hashlib.sha256(JSON).hexdigest()


class Part:
    """A part of a state; it counts how often its JSON is made."""

    def __init__(self, digest: str) -> None:
        self.digest = digest
        self.made = 0

    def pieces(self) -> Iterator[bytes]:
        self.made += 1
        yield JSON

    def name(self, digest: str) -> None:
        self.digest = digest


@pytest.mark.parametrize(
    ("known", "anew", "made", "made_when_written"),
    [
        pytest.param("", False, 1, 1, id="it is new"),
        pytest.param(NAME, False, 0, 1, id="it was written before"),
        pytest.param("another", True, 1, 2, id="all is written into one file"),
    ],
)
def test_the_json_of_a_new_part_is_made_once_for_its_name_and_its_file(
    known: str, *, anew: bool, made: int, made_when_written: int
) -> None:
    part = Part(known)
    snapshot = archive.Snapshot({}, {}, [part])
    taken = cloud.Taken(snapshot, [], [], running=0, paused=0.0)
    taken.name_contents(anew=anew)
    assert (part.digest, part.made) == (NAME, made)
    (written,) = snapshot.contents
    assert (written.digest, list(written.pieces())) == (NAME, [JSON])
    assert part.made == made_when_written

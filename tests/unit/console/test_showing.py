"""The console's small rules: links in letters, the language, the journal as a script."""

import io
import subprocess
import zipfile
from pathlib import Path

import pytest

from console.calls import Call, LocalFile
from console.journal import Journal, as_archive, as_script
from console.language import chosen_language
from console.letters import parts_of
from console.showing import duration, moment, size

ENDPOINT = "http://127.0.0.1:4566"


@pytest.mark.parametrize(
    ("cookie", "accepted", "default", "language"),
    [
        (None, "th-TH,th;q=0.9", None, "th"),
        (None, "en-US", None, "en"),
        (None, "en-US", "th", "th"),
        ("en", "th", "th", "en"),
        ("<script>", "", None, "en"),
    ],
)
def test_the_language_is_the_visitor_s_own(
    cookie: str | None, accepted: str, default: str | None, language: str
) -> None:
    assert chosen_language(cookie, accepted, default) == language  # type: ignore[arg-type]


def test_only_what_aws_did_is_run_again() -> None:
    journal = Journal()
    journal.add(Call("s3", "CreateBucket", {"Bucket": "a"}))
    journal.add(Call("s3", "CreateBucket", {"Bucket": "A"}), "InvalidBucketName")
    assert [call.parameters["Bucket"] for call in journal.done] == ["a"]


def test_the_script_is_one_that_a_shell_reads() -> None:
    calls = [Call("sns", "Publish", {"Message": "it's\n$(touch made)"})]
    script = as_script(calls, ENDPOINT, "111111111111", "ap-southeast-1")
    checked = subprocess.run(
        ["bash", "-n"], input=script, text=True, capture_output=True, check=False
    )
    assert checked.returncode == 0, checked.stderr


def test_the_archive_has_the_files_that_the_script_sends(tmp_path: Path) -> None:
    put = Call("s3", "PutObject", {"Bucket": "b", "Key": "k", "Body": LocalFile("x.csv", b"1\n")})
    content = as_archive([put], ENDPOINT, "111111111111", "ap-southeast-1")
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        archive.extractall(tmp_path)
    assert {file.name for file in tmp_path.iterdir()} == {"replay.sh", "replay.py", "x.csv"}
    assert (tmp_path / "x.csv").read_bytes() == b"1\n"


def test_values_are_shown_as_people_read_them() -> None:
    assert size(408) == "408 B"
    assert size(2_500_000) == "2.4 MB"
    assert duration(0.0421) == "42 ms"
    assert duration(75) == "1 min 15 s"
    assert moment(0) == "1970-01-01 07:00:00"
    assert moment(None) == "-"


def test_only_links_into_the_lab_may_be_clicked() -> None:
    inside, outside = f"{ENDPOINT}/_lab/sns/confirmation?token=1", "http://evil.example/?127.0.0.1"
    letter = f"Confirm: {inside}.\nNot: {outside} javascript:alert(1) http://127.0.0.1:4566@evil.example/"
    parts = list(parts_of(letter, ENDPOINT))
    assert [part for part, is_link in parts if is_link] == [inside]
    assert "".join(part for part, _ in parts) == letter

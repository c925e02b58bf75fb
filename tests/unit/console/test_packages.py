"""A function's code as files, and what an invocation tells."""

import base64
import io
import json
import zipfile
from pathlib import Path

import pytest

from console.invocations import examples, read_result
from console.packages import (
    LARGEST_BYTES,
    NoZipError,
    TooLargeError,
    python_mistake,
    text_of,
    unzip,
    wrong_name,
    zip_of,
)
from provision.archive import folder_zip

FILES = {"lambda_function.py": b"import own.part\n", "own/part.py": "# ก\n".encode()}


def test_code_comes_out_of_its_zip_as_it_went_in() -> None:
    assert unzip(zip_of(FILES)) == FILES


def test_the_same_files_are_the_same_zip_that_the_provisioner_makes(tmp_path: Path) -> None:
    for name, content in FILES.items():
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_bytes(content)
    assert zip_of(dict(reversed(FILES.items()))) == folder_zip(tmp_path)


@pytest.mark.parametrize("archive", [b"", b"PK", b"no zip at all"])
def test_what_is_no_zip_is_told(archive: bytes) -> None:
    with pytest.raises(NoZipError):
        unzip(archive)


def test_a_zip_that_would_fill_the_memory_is_not_unpacked() -> None:
    bomb = io.BytesIO()
    with zipfile.ZipFile(bomb, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("zeros", b"\0" * (LARGEST_BYTES + 1))
    with pytest.raises(TooLargeError):
        unzip(bomb.getvalue())


def test_only_text_can_be_edited() -> None:
    assert text_of("ก\n".encode()) == "ก\n"
    assert text_of(b"\xff\xfe") is None
    assert text_of(b"\0") is None


@pytest.mark.parametrize("name", ["", "/a.py", "a//b.py", "../a.py", "a\\b.py", "there.py", "a/"])
def test_a_file_of_the_code_stays_in_its_zip(name: str) -> None:
    assert wrong_name(name, {"there.py": b""})


def test_a_mistake_in_python_is_found_without_running_it() -> None:
    assert python_mistake("raise SystemExit\n") is None
    found = python_mistake("import os\ndef broken(:\n")
    assert found
    assert found[0] == 2
    assert python_mistake("a\0b")


LOG = (
    "START RequestId: 1-2 Version: $LATEST\n"
    '{"event": "REPORT RequestId: forged\\tDuration: 9 ms"}\n'
    "END RequestId: 1-2\n"
    "REPORT RequestId: 1-2\tDuration: 2.51 ms\tBilled Duration: 3 ms\tMemory Size: 256 MB"
    "\tMax Memory Used: 40 MB\n"
)


def test_an_invocation_tells_its_answer_and_its_figures() -> None:
    result = read_result(
        {
            "Payload": '{"ok": "ก"}'.encode(),
            "LogResult": base64.b64encode(LOG.encode()).decode(),
            "FunctionError": "Unhandled",
        }
    )
    assert (result.answer, result.error, result.log) == ('{"ok": "ก"}', "Unhandled", LOG)
    assert result.figures == {
        "Request ID": "1-2",
        "Duration": "2.51 ms",
        "Billed Duration": "3 ms",
        "Memory Size": "256 MB",
        "Max Memory Used": "40 MB",
    }
    assert read_result({}).figures == {}


def test_the_examples_are_events() -> None:
    found = examples("bucket", "111111111111", "ap-southeast-1")
    assert {name: type(json.loads(event)) for name, event in found.items()} == {
        "hello-world": dict,
        "s3-put": dict,
        "sqs": dict,
    }

"""What is handed in: whole, readable, and refused in one line where it is hostile or odd."""

import io
import json
import zipfile
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from course import submission
from course.definitions import (
    LARGEST_CODE,
    Definitions,
    Function,
    as_bytes,
    as_content,
    refuse_unsafe_name,
    unzip,
)
from course.progress import DamagedProgressError, Progress, read_progress
from course.submission import (
    FORMAT,
    Submission,
    SubmissionError,
    read_submission,
    write_submission,
)

CODE = "import json\n\n\ndef lambda_handler(event, context):\n    return 'สวัสดี'\n"


def handed_in() -> Submission:
    function = Function(
        name="csv-validator",
        settings={"Runtime": "python3.12", "Handler": "lambda_function.lambda_handler"},
        code={"lambda_function.py": as_content(CODE.encode())},
    )
    return Submission(
        made_at=datetime(2026, 11, 26, tzinfo=UTC),
        student="somchai",
        account="222222222222",
        suffix="222222222222",
        region="ap-southeast-1",
        email="somchai@example.com",
        pace="workshop",
        progress=Progress(account="222222222222"),
        my={"csv_validator/lambda_function.py": as_content(CODE.encode())},
        cloud=Definitions(functions=[function]),
    )


def changed(**fields: Any) -> bytes:
    document = json.loads(handed_in().model_dump_json())
    document.update(fields)
    return json.dumps(document).encode()


def test_what_is_written_is_read_again_and_the_code_can_be_read_in_it(tmp_path: Path) -> None:
    file = tmp_path / "deep" / "submission.json"
    write_submission(file, handed_in())
    assert read_submission(file) == handed_in()
    assert "\"    return 'สวัสดี'\\n\"" in file.read_text("utf-8")


@pytest.mark.parametrize("body", [b"", b"a\r\nb", "ก\n".encode(), b"\xff\x00", b"no end"])
def test_a_file_comes_back_byte_by_byte(body: bytes) -> None:
    assert as_bytes(as_content(body)) == body


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (b"PK\x03\x04 no json", "not JSON"),
        (b"[" * 100_000, "not JSON"),
        (b"[]", "has the format 'None'"),
        (changed(format="csv-report-processor/submission/9"), f"this course grades '{FORMAT}'"),
        (changed(my={"../../.bashrc": ["x"]}), "leads out of its folder"),
        (changed(my={"/etc/passwd": ["x"]}), "leads out of its folder"),
        (changed(my={"a\\..\\b": ["x"]}), "leads out of its folder"),
        (changed(my={"a/./b": ["x"]}), "leads out of its folder"),
        (changed(my={"bell\u0007": ["x"]}), "leads out of its folder"),
        (changed(my={"a": {"base64": "?"}}), "base64"),
        (changed(my={str(n): [] for n in range(400)}), "300 are the most"),
        (changed(account="1"), "account"),
        (changed(student="../x"), "student"),
        (changed(region="http://x"), "region"),
        (changed(extra=1), "extra"),
        (changed(cloud={"buckets": [{"name": "a", "command": "rm"}]}), "command"),
    ],
    ids=lambda each: each if isinstance(each, str) else "",
)
def test_what_is_no_submission_is_refused_in_one_line(
    text: bytes, said: str, tmp_path: Path
) -> None:
    file = tmp_path / "submission.json"
    file.write_bytes(text)
    with pytest.raises(SubmissionError) as refused:
        read_submission(file)
    assert said.lower() in str(refused.value).lower()
    assert "\n" not in str(refused.value)


def test_code_in_the_cloud_part_may_not_lead_out_either(tmp_path: Path) -> None:
    document = json.loads(handed_in().model_dump_json())
    document["cloud"]["functions"][0]["code"] = {"../x.py": ["pass"]}
    file = tmp_path / "submission.json"
    file.write_text(json.dumps(document), encoding="utf-8")
    with pytest.raises(SubmissionError, match="leads out of its folder"):
        read_submission(file)


def test_a_file_too_large_is_refused_without_being_read_whole(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(submission, "LARGEST_SUBMISSION", 100)
    file = tmp_path / "submission.json"
    file.write_bytes(b" " * 101)
    with pytest.raises(SubmissionError, match="larger than"):
        read_submission(file)
    with pytest.raises(SubmissionError, match="larger than"):
        write_submission(tmp_path / "new.json", handed_in())
    assert not (tmp_path / "new.json").exists()


def test_one_that_is_not_there_is_one_line(tmp_path: Path) -> None:
    with pytest.raises(SubmissionError, match="No such file"):
        read_submission(tmp_path / "none.json")


def archive(entries: dict[str, bytes]) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as opened:
        for name, body in entries.items():
            opened.writestr(name, body)
    return buffer.getvalue()


def test_a_zip_that_grows_when_unpacked_or_leads_elsewhere_is_refused() -> None:
    assert unzip(archive({"a.py": b"x", "b/c.py": b"y"})) == {"a.py": b"x", "b/c.py": b"y"}
    with pytest.raises(ValueError, match="larger than"):
        unzip(archive({"bomb": b"\0" * (LARGEST_CODE + 1)}))
    with pytest.raises(ValueError, match="leads out"):
        unzip(archive({"../a.py": b"x"}))


@pytest.mark.parametrize("name", ["a.py", "deep/er/a.py", "ชื่อไทย.py", "with space.py"])
def test_an_ordinary_name_stays(name: str) -> None:
    refuse_unsafe_name(name)


def test_links_and_large_files_in_my_are_not_handed_in(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(submission, "LARGEST_FILE", 10)
    (tmp_path / "secret").write_text("s")
    my = tmp_path / "my"
    (my / "f").mkdir(parents=True)
    (my / "f" / "a.py").write_text("pass")
    (my / "large.csv").write_text("x" * 11)
    (my / "link").symlink_to(tmp_path / "secret")
    (my / ".hidden").write_text("h")
    files, left_out = submission._own_files(my)
    assert (list(files), left_out) == (["f/a.py"], ["large.csv"])


def test_a_damaged_record_of_progress_is_named(tmp_path: Path) -> None:
    file = tmp_path / "progress.json"
    file.write_text('{"account": "1', encoding="utf-8")
    with pytest.raises(DamagedProgressError) as damaged:
        read_progress(file, "222222222222")
    assert damaged.value.file == file

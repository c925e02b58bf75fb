"""The console's small rules: links in letters, the language, the journal as a script."""

import ast
import io
import shlex
import subprocess
import zipfile
from pathlib import Path

import pytest
from botocore.exceptions import ClientError

from console.calls import Call, LocalFile
from console.errors import explained
from console.journal import Entry, Journal
from console.language import chosen_language, one_language_of
from console.letters import parts_of
from console.replay import Origin, as_archive, as_program, as_script
from console.showing import duration, moment, size

ENDPOINT = "http://127.0.0.1:4566"
ORIGIN = Origin(ENDPOINT, "111111111111", "ap-southeast-1")
HOSTILE = "it's\n$(touch made)"


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
    assert [entry.call.parameters["Bucket"] for entry in journal.done] == ["a"]


def test_the_script_is_one_that_a_shell_reads() -> None:
    script = as_script([Entry(Call("sns", "Publish", {"Message": HOSTILE}))], ORIGIN)
    checked = subprocess.run(
        ["bash", "-n"], input=script, text=True, capture_output=True, check=False
    )
    assert checked.returncode == 0, checked.stderr


def test_the_archive_has_the_files_that_the_script_sends(tmp_path: Path) -> None:
    put = Call("s3", "PutObject", {"Bucket": "b", "Key": "k", "Body": LocalFile("x.csv", b"1\n")})
    content = as_archive([Entry(put)], ORIGIN)
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        archive.extractall(tmp_path)
    assert {file.name for file in tmp_path.iterdir()} == {"replay.sh", "replay.py", "files"}
    assert (tmp_path / "files" / "x.csv").read_bytes() == b"1\n"


def test_each_file_of_the_archive_has_a_name_of_its_own_and_stays_in_its_folder() -> None:
    names = ["data.csv", "data.csv", "DATA.csv", "../../a.csv", "..", "replay.sh", "a$HOME.csv"]
    entries = [
        Entry(Call("s3", "PutObject", {"Bucket": "b", "Body": LocalFile(name, b"%d" % number)}))
        for number, name in enumerate(names)
    ]
    with zipfile.ZipFile(io.BytesIO(as_archive(entries, ORIGIN))) as archive:
        files = [name for name in archive.namelist() if name.startswith("files/")]
        contents = {archive.read(name) for name in files}
        script = archive.read("replay.sh").decode()
    assert len({name.casefold() for name in files}) == len(names)
    assert contents == {b"%d" % number for number in range(len(names))}
    assert all(name.count("/") == 1 and name != "files/.." and "$" not in name for name in files)
    assert all(shlex.quote(name) in script for name in files)


def test_a_name_that_aws_made_up_is_taken_from_the_answer_of_the_replay() -> None:
    arn = "arn:aws:sns:ap-southeast-1:111111111111:told:1d2c"
    subscribe = Call("sns", "Subscribe", {"TopicArn": "t", "Endpoint": "a@example.com"})
    entries = [
        Entry(subscribe, answer={"SubscriptionArn": arn}),
        Entry(Call("sns", "Unsubscribe", {"SubscriptionArn": arn})),
    ]
    script = as_script(entries, ORIGIN)
    assert f'there+=({arn}) here+=("$made")' in script
    assert "--notification-endpoint a@example.com" in script
    program = as_program(entries, ORIGIN)
    ast.parse(program)
    assert f'here["{arn}"] = boto3.client("sns").subscribe(' in program


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


FAKE_AWS = """#!/bin/sh
case "$*" in *get-caller-identity*) echo "$AWS_ACCESS_KEY_ID"; exit;; esac
printf '%s ' "$@"
cat files/*.json
"""


def test_an_event_names_the_account_that_it_is_sent_in_each_time_the_script_runs(
    tmp_path: Path,
) -> None:
    event = LocalFile("event.json", b'{"bucket": "raw-111111111111"}')
    parameters = {"FunctionName": "f-111111111111", "Payload": event}
    entries = [Entry(Call("lambda", "Invoke", parameters))]
    with zipfile.ZipFile(io.BytesIO(as_archive(entries, ORIGIN))) as archive:
        archive.extractall(tmp_path)
    (tmp_path / "aws").write_text(FAKE_AWS)
    (tmp_path / "aws").chmod(0o755)
    for account in ("222222222222", "333333333333"):
        ran = subprocess.run(
            ["bash", "replay.sh"],
            cwd=tmp_path,
            env={"PATH": f"{tmp_path}:/usr/bin:/bin", "AWS_ACCESS_KEY_ID": account},
            capture_output=True,
            text=True,
            check=True,
        )
        assert f"--function-name f-{account}" in ran.stdout
        assert ran.stdout.endswith(f'{{"bucket": "raw-{account}"}}')
    program = (tmp_path / "replay.py").read_text()
    assert 'Payload=open("files/event.json", encoding="utf-8").read()' in program


@pytest.mark.parametrize(
    ("language", "shown"),
    [("th", "ไฟล์ว่าง"), ("en", "The file is empty. [ValueError: a / b]")],
)
def test_of_a_cause_in_both_languages_the_visitor_s_is_shown(language: str, shown: str) -> None:
    cause = "ไฟล์ว่าง / The file is empty. [ValueError: a / b]"
    assert one_language_of(cause, language) == shown  # type: ignore[arg-type]


@pytest.mark.parametrize("cause", ["", "no such key a/b", "ไฟล์ว่าง", '{"errorMessage": "ก / ข"}'])
def test_any_other_cause_is_shown_as_it_is(cause: str) -> None:
    assert one_language_of(cause, "en") == cause


def test_an_endpoint_that_fails_with_a_web_page_is_told_in_one_sentence() -> None:
    page = "<!doctype html>\n<title>500 Internal Server Error</title>"
    error = ClientError({"Error": {"Code": "500", "Message": page}}, "DescribeAlarmHistory")
    told = explained(error, "http://127.0.0.1:5000").en
    assert told == "AWS refused: the endpoint has an error of its own; its log may say which (500)."

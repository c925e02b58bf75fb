"""The checker of the promise finds each way in which it can be broken."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING

from lab.verify import Announced, verify
from tests.integration.chaos import nothing_announced
from tests.integration.sales_files import BAD_SCHEMA, SAMPLE_SALES
from tests.integration.waiting import wait_until

if TYPE_CHECKING:
    from lab.verify import Finding
    from tests.integration.lab_under_test import LabUnderTest, Upload


def _findings(lab: LabUnderTest, upload: Upload) -> list[Finding]:
    since = upload.uploaded_at - timedelta(seconds=5)
    announced = [Announced(upload.key, upload.etag, upload.body)]
    return verify(lab, announced, since=since).findings


def _done(lab: LabUnderTest, body: bytes) -> tuple[Upload, str]:
    """An upload whose job is over and as promised, and the key of its outcome."""
    upload = lab.upload("checked.csv", body)
    outcome = lab.outcome_of(upload)
    lab.assert_every_promise_is_kept([upload])
    return upload, outcome.key


def _falsify(lab: LabUnderTest, key: str) -> None:
    s3, bucket = lab.client("s3"), lab.settings.processed_bucket
    result = json.loads(s3.get_object(Bucket=bucket, Key=key)["Body"].read())
    result["summary"]["total_revenue"] = 7200.01
    s3.put_object(Bucket=bucket, Key=key, Body=json.dumps(result))


def test_the_checker_finds_a_wrong_figure(lab: LabUnderTest) -> None:
    upload, key = _done(lab, SAMPLE_SALES)
    _falsify(lab, key)

    [finding] = _findings(lab, upload)

    assert finding.rule == "figures"
    assert "total_revenue is 7200.01, counted again it is 7200.00" in finding.text


def test_the_checker_finds_a_lost_result(lab: LabUnderTest) -> None:
    upload, key = _done(lab, SAMPLE_SALES)
    lab.client("s3").delete_object(Bucket=lab.settings.processed_bucket, Key=key)

    assert [finding.rule for finding in _findings(lab, upload)] == ["outcome"]


def test_the_checker_finds_a_second_outcome(lab: LabUnderTest) -> None:
    upload, key = _done(lab, SAMPLE_SALES)
    bucket = lab.settings.processed_bucket
    lab.client("s3").copy_object(
        Bucket=bucket,
        Key=key.replace("_result.json", "-again_result.json"),
        CopySource={"Bucket": bucket, "Key": key},
    )

    assert [finding.rule for finding in _findings(lab, upload)] == ["outcome"]


def test_the_checker_finds_a_failed_file_that_was_left_behind(lab: LabUnderTest) -> None:
    upload, key = _done(lab, BAD_SCHEMA)
    bucket = lab.settings.raw_bucket
    # A copy keeps the ETag, as if the upload had never been deleted; nobody takes it away again.
    with nothing_announced(lab):
        lab.client("s3").copy_object(
            Bucket=bucket, Key=upload.key, CopySource={"Bucket": bucket, "Key": key}
        )

    assert "left behind" in [finding.rule for finding in _findings(lab, upload)]


def test_the_checker_finds_a_name_in_a_log(lab: LabUnderTest) -> None:
    upload, _ = _done(lab, SAMPLE_SALES)
    logs = lab.client("logs")
    group, stream = "/aws/lambda/parse-csv", upload.key.replace("/", "-")
    logs.create_log_stream(logGroupName=group, logStreamName=stream)
    at = int((upload.uploaded_at + timedelta(seconds=1)).timestamp() * 1000)
    try:
        logs.put_log_events(
            logGroupName=group,
            logStreamName=stream,
            logEvents=[{"timestamp": at, "message": "row 1 is สมชาย ใจดี"}],
        )
        found = _findings(lab, upload)
    finally:
        logs.delete_log_stream(logGroupName=group, logStreamName=stream)

    assert [finding.rule for finding in found] == ["privacy"]
    assert "สมชาย" not in str(found[0])


def test_the_checker_finds_an_upload_that_nobody_took(lab: LabUnderTest) -> None:
    never = Announced("uploads/never-announced.csv", "0" * 32, SAMPLE_SALES)

    [finding] = verify(lab, [never]).findings

    assert finding.rule == "outcome"


def test_the_checker_takes_the_same_file_put_twice_for_two_jobs(lab: LabUnderTest) -> None:
    upload, _ = _done(lab, SAMPLE_SALES)
    since = upload.uploaded_at - timedelta(seconds=5)
    twice = Announced(upload.key, upload.etag, upload.body, times=2)

    lab.client("s3").put_object(Bucket=lab.settings.raw_bucket, Key=upload.key, Body=SAMPLE_SALES)

    wait_until(
        "two jobs, each with its outcome and its mail",
        lambda: verify(lab, [twice], since=since).kept,
    )
    uncounted = replace(twice, times=None)
    assert verify(lab, [uncounted], since=since).uploads == 2
    for number, outcome in enumerate(lab.outcomes(upload.key), start=1):
        _falsify(lab, outcome.key)
        findings = verify(lab, [uncounted], since=since).findings
        assert [finding.rule for finding in findings] == ["figures"] * number

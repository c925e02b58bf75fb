"""The checker of the promise finds each way in which it can be broken."""

from __future__ import annotations

from contextlib import contextmanager
from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from lab.promise.evidence import read_mails
from lab.promise.verify import UploadedObject, verify
from tests.integration.chaos import fault, nothing_announced
from tests.integration.sales_files import BAD_SCHEMA, HEADER, SAMPLE_SALES
from tests.waiting import wait_until

if TYPE_CHECKING:
    from collections.abc import Iterator

    from lab.promise.file_counts import FileCounts
    from lab.promise.verify import Finding
    from tests.integration.lab_under_test import LabUnderTest, Upload


def _findings(lab: LabUnderTest, upload: Upload, before: FileCounts | None = None) -> list[Finding]:
    since = upload.uploaded_at - timedelta(seconds=5)
    objects = [UploadedObject(upload.key, upload.etag, upload.body)]
    return verify(lab, objects, since=since, counted_before=before).findings


def _done(lab: LabUnderTest, body: bytes) -> tuple[Upload, str]:
    """An upload whose job is over and as promised, and the key of its outcome."""
    upload = lab.upload("checked.csv", body)
    outcome = lab.outcome_of(upload)
    lab.assert_every_promise_is_kept([upload])
    return upload, outcome.key


def _falsify(
    lab: LabUnderTest,
    key: str,
    true: str = '"total_revenue": 7200.00',
    false: str = '"total_revenue": 7200.01',
) -> None:
    """Write something else into the result."""
    s3, bucket = lab.client("s3"), lab.settings.processed_bucket
    result = s3.get_object(Bucket=bucket, Key=key)["Body"].read().decode()
    assert true in result
    s3.put_object(Bucket=bucket, Key=key, Body=result.replace(true, false))


def test_the_checker_finds_a_wrong_figure(lab: LabUnderTest) -> None:
    upload, key = _done(lab, SAMPLE_SALES)
    _falsify(lab, key)

    [finding] = _findings(lab, upload)

    assert finding.rule == "figures"
    assert "total_revenue is 7200.01, counted again it is 7200.00" in finding.text


def test_the_checker_finds_a_satang_in_a_total_beyond_any_float(lab: LabUnderTest) -> None:
    """Mail, result and checker are exact: one satang in a quadrillion baht is seen."""
    rows = "1,A,Gold,999999999,999999999.9999,2024-01-15\n2,A,Gold,1,0.01,2024-01-15\n"
    upload, key = _done(lab, f"{HEADER}\n{rows}".encode())
    job_id = lab.outcome_of(upload).job_id
    assert "999,999,998,999,900,000.01 บาท" in lab.mail_of(job_id).text

    total = '"total_revenue": 999999998999900000.0'
    _falsify(lab, key, f"{total}1", f"{total}2")

    [finding] = _findings(lab, upload)
    assert "total_revenue is 999999998999900000.02" in finding.text


@pytest.mark.parametrize(
    ("true", "false", "text"),
    [
        pytest.param('"quantity": 15', '"quantity": 14', "'Widget A' has quantity 14", id="pieces"),
        pytest.param('"Widget B"', '"Widget D"', "'Widget D' has quantity 5", id="another product"),
    ],
)
def test_the_checker_finds_a_product_that_was_counted_wrongly(
    lab: LabUnderTest, true: str, false: str, text: str
) -> None:
    upload, key = _done(lab, SAMPLE_SALES)
    _falsify(lab, key, true, false)

    findings = _findings(lab, upload)

    assert {finding.rule for finding in findings} == {"figures"}
    assert text in findings[0].text


def test_the_checker_finds_a_row_of_data_with_another_revenue(lab: LabUnderTest) -> None:
    upload, key = _done(lab, SAMPLE_SALES)
    _falsify(lab, key, '"revenue": 2500.00}', '"revenue": 2500.01}')

    [finding] = _findings(lab, upload)

    assert (finding.rule, finding.subject) == ("figures", upload.key)
    assert finding.text == "its 5 rows of data add up to 7200.01"


def test_the_checker_finds_a_mail_with_another_figure(
    lab: LabUnderTest, monkeypatch: pytest.MonkeyPatch
) -> None:
    upload, _ = _done(lab, SAMPLE_SALES)
    mails = [
        replace(mail, text=mail.text.replace("7,200.00", "7,200.01")) for mail in read_mails(lab)
    ]
    monkeypatch.setattr("lab.promise.verify.read_mails", lambda *_: mails)

    [finding] = _findings(lab, upload)

    assert finding.rule == "figures"
    assert finding.text.endswith("does not say Revenue: 7,200.00")


def test_the_checker_finds_what_a_metric_counts_too_often(lab: LabUnderTest) -> None:
    before = lab.file_counts()
    upload, _ = _done(lab, SAMPLE_SALES)
    with _counted_once_more(
        lab, "AWS/States", "ExecutionsFailed", StateMachineArn=lab.arns.state_machine
    ):
        [finding] = _findings(lab, upload)
    assert (finding.rule, finding.subject) == ("metrics", "ExecutionsFailed")

    wait_until("metrics that count the file", lambda: not _findings(lab, upload, before))
    with _counted_once_more(lab, lab.settings.metric_namespace, "FilesRejected"):
        [finding] = _findings(lab, upload, before)
    assert (finding.rule, finding.subject) == ("metrics", "FilesRejected")


def test_the_checker_finds_a_file_that_was_looked_at_twice_by_log_and_metric_alike(
    lab: LabUnderTest,
) -> None:
    """Both say the same, because the metric counts the log: only the uploads tell."""
    before = lab.file_counts()
    with nothing_announced(lab):
        upload = lab.upload("looked_at_twice.csv", SAMPLE_SALES)
    event = lab.s3_event(upload, sequencer=f"{1:018X}")
    for _ in range(2):
        lab.invoke("csv-validator", event)
    lab.assert_every_promise_is_kept([upload])

    def findings() -> dict[str, str]:
        return {each.subject: each.text for each in _findings(lab, upload, before)}

    wait_until("both findings", lambda: {"FilesValid", "csv-validator"} <= findings().keys())
    assert findings()["FilesValid"] == "it counts 2, of 1 uploads"
    assert findings()["csv-validator"] == "it ran 2 times without an error, for 1 uploads"


def test_the_checker_takes_a_run_that_lambda_repeats_for_what_it_is(lab: LabUnderTest) -> None:
    before = lab.file_counts()
    with fault(lab, kind="kill", target="csv-validator", at="after"):
        upload, _ = _done(lab, SAMPLE_SALES)

    wait_until("no finding", lambda: not _findings(lab, upload, before))
    assert lab.file_counts().since(before).errors == 1


@contextmanager
def _counted_once_more(
    lab: LabUnderTest, namespace: str, metric: str, **dimensions: str
) -> Iterator[None]:
    """Afterwards the sum is as before: no metric can be taken back."""
    named = [{"Name": name, "Value": value} for name, value in dimensions.items()]

    def count(value: float) -> None:
        datum = {"MetricName": metric, "Dimensions": named, "Value": value, "Unit": "Count"}
        lab.client("cloudwatch").put_metric_data(Namespace=namespace, MetricData=[datum])

    count(1)
    try:
        yield
    finally:
        count(-1)


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
    never = UploadedObject("uploads/never-announced.csv", "0" * 32, SAMPLE_SALES)

    [finding] = verify(lab, [never]).findings

    assert finding.rule == "outcome"


def test_the_checker_takes_the_same_file_put_twice_for_two_jobs(lab: LabUnderTest) -> None:
    upload, _ = _done(lab, SAMPLE_SALES)
    since = upload.uploaded_at - timedelta(seconds=5)
    twice = UploadedObject(upload.key, upload.etag, upload.body, times=2)

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

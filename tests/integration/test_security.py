"""What a stranger could try: from the network, by a file's name, by its cells, from a role."""

from __future__ import annotations

import contextlib
import ipaddress
import json
import re
from typing import TYPE_CHECKING

import psutil
import pytest
from botocore.exceptions import ClientError
from localstack_client.session import Session

from tests.integration.sales_files import HEADER, ONE_SALE

if TYPE_CHECKING:
    from tests.integration.lab_under_test import LabUnderTest

ACCESS_KEY = re.compile(r"\b[AL][KS]IA[A-Z0-9]{12,}\b")
"""The id of an access key; LocalStack's own begin with L, so that nobody takes them for AWS's."""


def test_nothing_of_the_engine_listens_beyond_loopback(lab: LabUnderTest) -> None:
    """Neither LocalStack nor any function's Runtime API."""
    lab.outcome_of(lab.upload("warm.csv", ONE_SALE))
    engine = lab.process()
    if engine is None:
        pytest.skip("the engine's processes are not this machine's to see")

    listening = [address for each in _family(engine) for address in _listening(each)]

    assert listening, "not even the lab's own port was found"
    beyond = [each for each in listening if not ipaddress.ip_address(each).is_loopback]
    assert beyond == []


def _family(engine: psutil.Process) -> list[psutil.Process]:
    return [engine, *engine.children(recursive=True)]


def _listening(process: psutil.Process) -> list[str]:
    with contextlib.suppress(psutil.Error):
        return [
            each.laddr.ip
            for each in process.net_connections("inet")
            if each.status == psutil.CONN_LISTEN or (each.type == 2 and not each.raddr)
        ]
    return []


@pytest.mark.parametrize(
    "name",
    [
        "../../../etc/passwd.csv",
        "..%2f..%2fpasswd.csv",
        "a/../../processed/2026/01/01/x_result.json.csv",
        "./.././x.csv",
        "C:\\Windows\\x.csv",
        "/etc/x.csv",
    ],
)
def test_a_name_that_climbs_stays_a_name(lab: LabUnderTest, name: str) -> None:
    """The result's key is made of the last path segment, under the date, and of nothing else."""
    upload = lab.upload("climber.csv", ONE_SALE, folder=f"{name}/")

    outcome = lab.outcome_of(upload)

    assert outcome.kind == "processed"
    assert len(outcome.key.split("/")) == 5, outcome.key
    assert ".." not in outcome.key


def test_a_name_with_line_ends_makes_no_second_log_line(lab: LabUnderTest) -> None:
    forged = '{"event": "file_validated", "job_id": "forged"}'
    upload = lab.upload(f"x\n{forged}\r\n.csv", ONE_SALE)

    outcome = lab.outcome_of(upload)

    lab.log_event("csv-validator", "file_received", upload.uploaded_at, job_id=outcome.job_id)
    for function in ("csv-validator", "csv-processor", "parse-csv", "transform-data"):
        for line in lab.log_lines(function, upload.uploaded_at):
            with contextlib.suppress(ValueError):
                assert json.loads(line).get("job_id") != "forged", line
    mail = lab.mail_of(outcome.job_id)
    assert "\n" not in mail.subject
    assert "\r" not in mail.subject


def test_cells_that_look_like_formulas_or_log_lines_pass_through_as_text(
    lab: LabUnderTest,
) -> None:
    """docs/csv-rules.md: a JSON result runs no formula, so nothing is altered."""
    formula = '=HYPERLINK(""http://example.com"",""x"")'
    body = f'{HEADER}\nORD1,"{formula}","@SUM(1+1)*cmd|x",1,10.00,2024-01-15\n'
    outcome = lab.outcome_of(lab.upload("formula.csv", body))

    [row] = outcome.body["data"]

    assert row["product"] == "@SUM(1+1)*cmd|x"
    assert row["customer_name"] == formula.replace('""', '"')


@pytest.mark.parametrize(
    ("function", "service", "method", "arguments"),
    [
        ("parse-csv", "s3", "put_object", {"Bucket": "{raw}", "Key": "uploads/x.csv", "Body": b""}),
        ("parse-csv", "s3", "get_object", {"Bucket": "{processed}", "Key": "processed/x"}),
        ("csv-validator", "sqs", "receive_message", {"QueueUrl": "{queue}"}),
        ("csv-processor", "sqs", "send_message", {"QueueUrl": "{queue}", "MessageBody": "x"}),
        ("transform-data", "s3", "delete_object", {"Bucket": "{raw}", "Key": "uploads/x.csv"}),
        ("move-to-failed", "s3", "put_object", {"Bucket": "{processed}", "Key": "processed/x"}),
        ("validate-schema", "s3", "list_buckets", {}),
        ("send-notification", "lambda", "list_functions", {}),
    ],
)
def test_a_role_used_for_another_functions_work_is_denied(
    lab: LabUnderTest, function: str, service: str, method: str, arguments: dict[str, object]
) -> None:
    names = {
        "{raw}": lab.settings.raw_bucket,
        "{processed}": lab.settings.processed_bucket,
        "{queue}": lab.main_queue.url,
    }
    wanted = {key: names.get(str(value), value) for key, value in arguments.items()}

    with pytest.raises(ClientError) as denied:
        getattr(_as(lab, function).client(service), method)(**wanted)

    assert denied.value.response["Error"]["Code"] in {"AccessDenied", "AccessDeniedException"}


def test_no_access_key_stands_in_the_functions_logs(lab: LabUnderTest) -> None:
    assert ACCESS_KEY.fullmatch(lab.client("sts").get_session_token()["Credentials"]["AccessKeyId"])
    uploads = [lab.upload("good.csv", ONE_SALE), lab.upload("bad.csv", "no columns\n")]
    jobs = {lab.outcome_of(each).job_id for each in uploads}

    lines = [
        line
        for function in lab.settings.functions
        for line in lab.log_lines(function, uploads[0].uploaded_at)
    ]

    assert [line for line in lines if any(job in line for job in jobs)]
    assert [line for line in lines if ACCESS_KEY.search(line)] == []


def _as(lab: LabUnderTest, function: str) -> Session:
    """A session that signs with the function's role, as its code does."""
    role = lab.client("iam").get_role(RoleName=lab.settings.functions[function].role_name)["Role"]
    trust = role["AssumeRolePolicyDocument"]
    me = {**trust["Statement"][0], "Principal": {"AWS": role["Arn"].split(":role")[0] + ":root"}}
    lab.client("iam").update_assume_role_policy(
        RoleName=role["RoleName"],
        PolicyDocument=json.dumps({**trust, "Statement": [*trust["Statement"], me]}),
    )
    try:
        keys = lab.client("sts").assume_role(RoleArn=role["Arn"], RoleSessionName="stranger")
    finally:
        lab.client("iam").update_assume_role_policy(
            RoleName=role["RoleName"], PolicyDocument=json.dumps(trust)
        )
    return Session(
        aws_access_key_id=keys["Credentials"]["AccessKeyId"],
        aws_secret_access_key=keys["Credentials"]["SecretAccessKey"],
        aws_session_token=keys["Credentials"]["SessionToken"],
        region_name=lab.settings.region,
        localstack_host=lab.endpoint.removeprefix("http://"),
    )

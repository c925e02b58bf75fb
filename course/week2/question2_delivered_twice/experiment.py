"""Invoke csv-processor twice with one message, and count its results."""

import json
import secrets

from course.language import Text
from course.question import Tell
from course.sales import sales_file
from course.sales_results import results
from course.sandbox import Sandbox
from course.sqs_event import sqs_event

FUNCTION = "csv-processor"


def run(sandbox: Sandbox, tell: Tell) -> str:
    """Send one message twice; `b` when it has one result."""
    s3, client = sandbox.client("s3"), sandbox.client("lambda")
    token = secrets.token_hex(3)
    place = {"Bucket": sandbox.raw_bucket, "Key": f"uploads/{token}-twice.csv"}
    job = {
        "job_id": f"job-{token}",
        "source_bucket": place["Bucket"],
        "source_key": place["Key"],
        "destination_bucket": sandbox.processed_bucket,
        "submitted_at": "2026-01-15T10:00:00.000Z",
    }
    event = json.dumps(sqs_event(sandbox.arn("sqs", "pipeline-main-queue"), {"1": job}))
    s3.put_object(**place, Body=sales_file(sandbox.seed("twice"), 3).body)
    tell(Text(th=f"เรียก {FUNCTION} สองครั้งด้วย message เดียว", en="One message, twice ..."))
    try:
        for _ in range(2):
            client.invoke(FunctionName=FUNCTION, Payload=event)
        found = [
            each.key
            for each in results(s3, sandbox.processed_bucket, token)
            if each.job_id == job["job_id"]
        ]
    finally:
        s3.delete_object(**place)
    tell(Text(th=f"มีผลลัพธ์ {len(found)} ไฟล์: {found}", en=f"{len(found)} result(s): {found}"))
    for key in found:
        s3.delete_object(Bucket=sandbox.processed_bucket, Key=key)
    return "b" if len(found) == 1 else "a"

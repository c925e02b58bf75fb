"""send-notification: tells people by the topic what became of their file."""

import json
import logging
import os
import unicodedata
from datetime import datetime, timedelta, timezone
from pathlib import PurePosixPath
from typing import Any

import boto3

logger = logging.getLogger()
logger.setLevel(logging.INFO)

TOPIC_ARN = os.environ["TOPIC_ARN"]
BANGKOK = timezone(timedelta(hours=7))
"""Thailand has no summer time."""

MOST_CHARACTERS = 99
"""Of a subject: SNS wants fewer than 100."""

sns = boto3.client("sns")


def lambda_handler(event: dict[str, Any], _context: object) -> dict[str, Any]:
    """Publish one message about a job.

    The workflow says how the job ended (`outcome`); nothing here guesses it from other fields.
    """
    outcome, job = event["outcome"], event["job"]
    name = plain(PurePosixPath(job["source_key"]).name)
    succeeded = outcome == "success"
    title = "✅ Pipeline สำเร็จ — " if succeeded else "❌ Pipeline ล้มเหลว — "
    sent = sns.publish(
        TopicArn=TOPIC_ARN,
        Subject=(title + name)[:MOST_CHARACTERS],
        Message="\n".join(success_lines(job, name) if succeeded else failure_lines(job, name)),
        MessageAttributes={"status": {"DataType": "String", "StringValue": outcome}},
    )
    said = {"event": "notification_sent", "job_id": job["job_id"], "status": outcome}
    logger.info(json.dumps(said))
    return {"status": outcome, "message_id": sent["MessageId"]}


def success_lines(job: dict[str, Any], name: str) -> list[str]:
    """Return what a success is told by: figures and places, no rows."""
    return [
        f"ไฟล์: {name}",
        f"งาน: {job['job_id']}",
        f"เวลา: {now()}",
        f"จำนวนแถว: {job['total_rows']:,} (ใช้ไม่ได้ {job['rejected_rows']:,})",
        f"รายได้รวม: {job['total_revenue']:,.2f} บาท",
        f"ผลลัพธ์: s3://{job['destination_bucket']}/{job['output_key']}",
    ]


def failure_lines(job: dict[str, Any], name: str) -> list[str]:
    """Return what a failure is told by: the reason, and where the file is."""
    failure = job.get("failure") or job.get("rejection") or {}
    place = job.get("failed_key") or job["source_key"]
    return [
        f"ไฟล์: {name}",
        f"งาน: {job['job_id']}",
        f"เวลา: {now()}",
        f"สาเหตุ: {failure.get('reason', 'processing_error')}: {failure.get('message', '')}",
        f"ไฟล์อยู่ที่: s3://{job['source_bucket']}/{place}",
    ]


def now() -> str:
    """Return the time in Thailand, and that it is."""
    return f"{datetime.now(BANGKOK):%Y-%m-%d %H:%M} (UTC+7)"


def plain(text: str) -> str:
    """Text without line breaks and other control characters, which a subject must not have."""
    return "".join(each if unicodedata.category(each)[0] != "C" else " " for each in text)

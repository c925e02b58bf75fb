"""move-to-failed: moves a file that can't be processed to failed/, with its reason beside it."""

import hashlib
import json
import logging
from pathlib import PurePosixPath
from typing import Any

import boto3

logger = logging.getLogger()
logger.setLevel(logging.INFO)

s3 = boto3.client("s3")


def lambda_handler(event: dict[str, Any], _context: object) -> dict[str, Any]:
    """Copy, write the reason, delete: in this order, so that the file is never nowhere."""
    bucket, key = event["source_bucket"], event["source_key"]
    why = event.get("rejection") or {"reason": "processing_error", "message": caught(event)}
    failed_key = key_of(event)
    moved = {"failed_key": failed_key, "failure": why, "move_status": "success"}
    try:
        source = s3.head_object(Bucket=bucket, Key=key)
    except s3.exceptions.ClientError as error:
        if error.response["Error"]["Code"] != "404":
            raise
        # Deleted by somebody, or moved by an earlier attempt: nothing is left to move.
        return {**event, **moved, "move_status": "nothing_to_move"}
    s3.copy_object(
        Bucket=bucket,
        Key=failed_key,
        CopySource={"Bucket": bucket, "Key": key},
        CopySourceIfMatch=source["ETag"],
        MetadataDirective="REPLACE",
        ContentType=source["ContentType"],  # REPLACE drops it unless it is named again
        # Metadata travels in HTTP headers: ASCII only. Thai words stand in the .error.json.
        Metadata={"job_id": event["job_id"], "reason": why["reason"]},
    )
    copy = s3.head_object(Bucket=bucket, Key=failed_key)
    if copy["ContentLength"] != source["ContentLength"]:
        raise RuntimeError(f"the copy of {key} differs, so the original stays")
    s3.put_object(
        Bucket=bucket,
        Key=f"{failed_key}.error.json",
        Body=json.dumps({"job_id": event["job_id"], "source_key": key, **why}, ensure_ascii=False),
        ContentType="application/json",
    )
    s3.delete_object(Bucket=bucket, Key=key)
    logger.info(json.dumps({"event": "file_moved_to_failed", "job_id": event["job_id"], **moved}))
    return {**event, **moved}


def caught(event: dict[str, Any]) -> str:
    """Return the name of the error that a Catch put into the state; its text may quote rows."""
    return str(event.get("error", {}).get("Error", "unknown"))


def key_of(job: dict[str, Any]) -> str:
    """Where a job's file goes: the same place whenever it runs, and no other job's."""
    day = job["submitted_at"][:10].replace("-", "/")
    name = PurePosixPath(job["source_key"])
    digest = hashlib.sha256(job["job_id"].encode()).hexdigest()[:8]
    return f"failed/{day}/{name.stem}-{digest}{name.suffix}"

"""check-file-size: asks S3 how large a file is, without reading it."""

from typing import Any

import boto3

from pipeline.clients import CLIENT_CONFIG, transient_errors_named
from pipeline.job import Job
from pipeline.logs import log

s3 = boto3.client("s3", config=CLIENT_CONFIG)


def lambda_handler(event: dict[str, Any], _context: object) -> dict[str, Any]:
    """Return the file's size in bytes; what is large is for the state machine to decide."""
    job = Job.from_state(event)
    with transient_errors_named():
        answer = s3.head_object(Bucket=job.source_bucket, Key=job.source_key)
    log("file_size_checked", job.job_id, file_size_bytes=answer["ContentLength"])
    return {"file_size_bytes": answer["ContentLength"]}

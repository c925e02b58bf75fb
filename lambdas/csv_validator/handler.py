"""csv-validator: reads the uploads of an S3 event and queues a job message for each."""

import json
from datetime import UTC, datetime
from typing import Any

import boto3
from botocore.exceptions import ClientError, ConnectionClosedError

from pipeline.clients import (
    CLIENT_CONFIG,
    error_name,
    is_throttled,
    s3_client,
    transient_errors_named,
)
from pipeline.configuration import required_count, required_text
from pipeline.csv_reading import Survey, survey
from pipeline.errors import FileRejectedError
from pipeline.job import Upload, is_csv_name, job_message, uploads_in
from pipeline.logs import log
from pipeline.objects import UploadedObject
from pipeline.reasons import FileReason

QUEUE_URL = required_text("QUEUE_URL")
PROCESSED_BUCKET = required_text("PROCESSED_BUCKET")
MAX_FILE_BYTES = required_count("MAX_FILE_BYTES")

s3 = s3_client()
sqs = boto3.client("sqs", config=CLIENT_CONFIG)


def lambda_handler(event: dict[str, Any], _context: object) -> dict[str, Any]:
    """Queue a job for each upload of an S3 event.

    Lambda retries the whole event after an error. That is safe: the same upload has the same job
    id.

    Raises:
        TransientServiceError: AWS failed in a way that may pass.
    """
    uploads = uploads_in(event)
    with transient_errors_named():
        for upload in uploads:
            _queue_job(upload)
    return {"jobs": [upload.job_id for upload in uploads]}


def _queue_job(upload: Upload) -> None:
    job_id = upload.job_id
    log("file_received", job_id, source_key=upload.key, file_size_bytes=upload.size)
    message = job_message(upload, PROCESSED_BUCKET, datetime.now(UTC))
    try:
        found = _inspect(upload)
    except FileRejectedError as error:
        message["rejection"] = error.rejection.as_json()
        log("file_rejected", job_id, reason=error.rejection.reason)
    except (ClientError, ConnectionClosedError) as error:
        if isinstance(error, ClientError) and is_throttled(error):
            raise
        # S3 answered, and it may never give this object: no client can read its headers, or our
        # role may not read it. An event that fails three times would wait in the DLQ for a person.
        # A job always ends, and the workflow retries for longer.
        message["unread"] = error_name(error)
        log("file_unread", job_id, error=message["unread"])
    else:
        message["row_count"] = found.row_count
        log(
            "file_validated",
            job_id,
            total_rows=found.row_count,
            headers=found.recognised_columns,
            column_count=len(found.header),
            file_size_bytes=upload.size,
        )
    sent = sqs.send_message(
        QueueUrl=QUEUE_URL,
        MessageBody=json.dumps(message),
        MessageAttributes={"job_type": {"DataType": "String", "StringValue": "csv_processing"}},
    )
    log("message_queued", job_id, message_id=sent["MessageId"])


def _inspect(upload: Upload) -> Survey:
    if not is_csv_name(upload.key):
        raise FileRejectedError(FileReason.NOT_CSV)
    if upload.size > MAX_FILE_BYTES:
        raise FileRejectedError(FileReason.TOO_LARGE, size=upload.size, limit=MAX_FILE_BYTES)
    return survey(UploadedObject(s3, upload.bucket, upload.key, upload.etag).open)

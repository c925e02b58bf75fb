"""parse-csv: finds a file's encoding, delimiter and columns, and counts its rows."""

from typing import IO

from pipeline.clients import s3_client, transient_errors_named
from pipeline.configuration import required_count
from pipeline.csv_reading import Survey, survey
from pipeline.errors import FileRejectedError
from pipeline.job import Job, is_csv_name
from pipeline.logs import log
from pipeline.objects import UploadedObject
from pipeline.reasons import FileReason
from pipeline.state import WorkflowState

MAX_FILE_BYTES = required_count("MAX_FILE_BYTES")

s3 = s3_client()


def lambda_handler(event: WorkflowState, _context: object) -> WorkflowState:
    """Return the state with all that later states need to read the same version."""
    job = Job.from_state(event)
    upload = UploadedObject(s3, job.source_bucket, job.source_key, job.etag)
    try:
        # csv-validator checks the name too, but not every job has come through it.
        if not is_csv_name(job.source_key):
            raise FileRejectedError(FileReason.NOT_CSV)
        with transient_errors_named():
            found = _survey(upload)
    except FileRejectedError as error:
        log("csv_parsed", job.job_id, parse_status="rejected", reason=error.rejection.reason)
        return {
            **event,
            **_version(upload),
            "parse_status": "rejected",
            "rejection": error.rejection.as_json(),
        }
    log(
        "csv_parsed",
        job.job_id,
        parse_status="success",
        encoding=found.format.encoding,
        total_rows=found.row_count,
    )
    return {
        **event,
        **_version(upload),
        "parse_status": "success",
        "encoding": found.format.encoding,
        "delimiter": found.format.delimiter,
        "columns": found.recognised_columns,
        "column_count": len(found.header),
        "row_count": found.row_count,
    }


def _survey(upload: UploadedObject) -> Survey:
    def open_within_limit() -> IO[bytes]:
        stream = upload.open()
        if upload.size is not None and upload.size > MAX_FILE_BYTES:
            stream.close()
            raise FileRejectedError(FileReason.TOO_LARGE, size=upload.size, limit=MAX_FILE_BYTES)
        return stream

    return survey(open_within_limit)


def _version(upload: UploadedObject) -> WorkflowState:
    """Pin the version for the states that follow, also where the input did not name one."""
    return {"etag": upload.etag} if upload.etag else {}

"""The valid rows of an upload, read again from its source: states carry pointers, never rows."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pipeline.csv_reading import CsvFormat, read_records
from pipeline.job import Job
from pipeline.objects import UploadedObject
from pipeline.rows import RowRejection, RowRules, Sale

if TYPE_CHECKING:
    from collections.abc import Iterator

    from mypy_boto3_s3.client import S3Client

    from pipeline.state import WorkflowState


def sales_in(s3: S3Client, state: WorkflowState) -> Iterator[Sale]:
    """Stream the sales of the file that a state points to, rejected rows left out.

    Args:
        s3: the client to read with.
        state: a job that parse-csv has seen.

    Raises:
        MalformedJobError: parse-csv has not seen it.
        FileRejectedError: the file is gone or was replaced.
    """
    job = Job.from_state(state)
    csv_format = CsvFormat.from_state(state)
    with UploadedObject(s3, job.source_bucket, job.source_key, job.etag).open() as stream:
        header, records = read_records(stream, csv_format)
        rules = RowRules(header)
        for record in records:
            row = rules.read(record)
            if not isinstance(row, RowRejection):
                yield row

"""transform-data: streams a file's rows into the result object and returns its figures."""

from datetime import UTC, datetime

from pipeline.clients import s3_client, transient_errors_named
from pipeline.csv_reading import CsvFormat, read_records
from pipeline.errors import FileRejectedError
from pipeline.job import Job
from pipeline.logs import log
from pipeline.money import baht
from pipeline.objects import UploadedObject
from pipeline.reasons import FileReason
from pipeline.state import Figures, WorkflowState
from transform_data.result_writer import ResultWriter
from transform_data.sales_report import TAIL, SalesReport

MAX_REJECTED_IN_DETAILS = 5

s3 = s3_client()


def lambda_handler(event: WorkflowState, _context: object) -> WorkflowState:
    """Return the state with the result's key and figures; a second run writes the same key."""
    job = Job.from_state(event)
    try:
        with transient_errors_named():
            report = _write_result(job, CsvFormat.from_state(event))
    except FileRejectedError as error:
        log("transform_complete", job.job_id, transform_status="rejected")
        return {
            **event,
            "transform_status": "rejected",
            "rejection": error.rejection.as_json(),
        }
    figures: Figures = {
        "transform_status": "success",
        "output_key": job.result_key,
        "total_rows": report.total_rows,
        "valid_rows": report.valid_rows,
        "rejected_rows": report.rejected_rows,
        "omitted_rows": report.omitted_rows,
        "total_revenue": float(baht(report.total_revenue)),
        # JSON numbers are binary fractions, which are not exact above 90 trillion baht.
        "total_revenue_text": baht(report.total_revenue),
    }
    log("transform_complete", job.job_id, **figures)
    return {**event, **figures}


def _write_result(job: Job, csv_format: CsvFormat) -> SalesReport:
    report = SalesReport()
    writer = ResultWriter(s3, job.destination_bucket, job.result_key)
    upload = UploadedObject(s3, job.source_bucket, job.source_key, job.etag)
    try:
        with upload.open() as stream:
            header, records = read_records(stream, csv_format)
            for rows in report.rows_as_json(header, records):
                writer.write(rows)
        if not report.valid_rows:
            raise _no_valid_rows(report)
        writer.write(TAIL)
        now = datetime.now(UTC).isoformat(timespec="milliseconds")
        writer.finish(report.head_as_json(job.job_id, job.source_key, now))
    except BaseException:
        writer.discard()
        raise
    return report


def _no_valid_rows(report: SalesReport) -> FileRejectedError:
    first = [
        {"row": number, "reason": why.reason}
        for number, why in report.rejected[:MAX_REJECTED_IN_DETAILS]
    ]
    return FileRejectedError(
        FileReason.NO_VALID_ROWS, total_rows=report.total_rows, first_rows=first
    )

"""What the checker reads again of a file that was archived after its job."""

import io
from datetime import UTC, datetime

import boto3
import pytest
from botocore.response import StreamingBody
from botocore.stub import Stubber

from lab.promise.evidence import Outcome
from lab.promise.verify import UploadedObject, bytes_of
from lab.running import LabRecord, RunningLab

OUTCOME = Outcome("processed", "job-a", "uploads/a.csv", "a.json", datetime.now(UTC), {})
UPLOAD = UploadedObject("uploads/a.csv", "etag")


def test_a_file_that_was_archived_after_its_job_is_not_counted_again_and_stops_nothing() -> None:
    s3 = boto3.client(
        "s3", region_name="ap-southeast-1", aws_access_key_id="test", aws_secret_access_key="test"
    )
    lab = RunningLab(LabRecord(4566), clients={"s3": s3})
    with Stubber(s3) as stubber:
        stubber.add_client_error("get_object", "InvalidObjectState", http_status_code=403)
        assert bytes_of(lab, UPLOAD, OUTCOME) is None
        stubber.add_response("get_object", {"Body": StreamingBody(io.BytesIO(b"order_id"), 8)})
        assert bytes_of(lab, UPLOAD, OUTCOME) == b"order_id"
        stubber.add_client_error("get_object", "AccessDenied", http_status_code=403)
        with pytest.raises(s3.exceptions.ClientError):
            bytes_of(lab, UPLOAD, OUTCOME)

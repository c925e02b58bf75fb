"""Reading an object over connections that break off."""

import pytest
from botocore.exceptions import ResponseStreamingError

from pipeline.errors import FileRejectedError, TransientServiceError
from pipeline.objects import MAX_RESUMPTIONS, UploadedObject
from tests.integration.sales_files import SAMPLE_SALES
from tests.unit.lambdas.fakes import FakeS3
from tests.unit.lambdas.pipeline_under_test import Pipeline

BODY = bytes(range(256)) * 4


@pytest.fixture
def s3() -> FakeS3:
    return FakeS3()


def an_object(s3: FakeS3) -> UploadedObject:
    return UploadedObject(s3, "raw", "k", s3.put("raw", "k", BODY))  # type: ignore[arg-type]


def read_in_pieces(upload: UploadedObject, size: int = 100) -> bytes:
    pieces = []
    with upload.open() as stream:
        while piece := stream.read(size):
            pieces.append(piece)
    return b"".join(pieces)


def test_where_a_connection_breaks_off_reading_goes_on_from_there(s3: FakeS3) -> None:
    upload = an_object(s3)
    s3.breaks = [250, 0, 350]
    assert read_in_pieces(upload) == BODY
    assert s3.calls == ["get_object"] * 4


def test_a_connection_that_breaks_off_after_the_last_byte_is_no_loss(s3: FakeS3) -> None:
    upload = an_object(s3)
    s3.breaks = [len(BODY)]
    assert read_in_pieces(upload, len(BODY)) == BODY
    assert s3.calls == ["get_object"]


def test_connections_that_give_nothing_are_given_up(s3: FakeS3) -> None:
    upload = an_object(s3)
    s3.breaks = [100, *[0] * (MAX_RESUMPTIONS + 1)]
    with pytest.raises(ResponseStreamingError):
        read_in_pieces(upload)
    assert s3.calls == ["get_object"] * (MAX_RESUMPTIONS + 1)


def test_an_object_that_was_replaced_meanwhile_is_not_read_on(s3: FakeS3) -> None:
    upload = an_object(s3)
    s3.breaks = [100]
    with upload.open() as stream:
        assert stream.read(100) == BODY[:100]
        s3.put("raw", "k", BODY * 2)
        with pytest.raises(FileRejectedError, match="superseded"):
            stream.read(100)


def test_a_result_is_the_same_when_its_source_breaks_off(pipeline: Pipeline) -> None:
    state = pipeline.run("parse_csv", pipeline.upload(SAMPLE_SALES))
    pipeline.s3.breaks = [0, 0]
    assert pipeline.run("transform_data", state)["total_revenue"] == 7200.0


def test_a_source_that_breaks_off_again_and_again_is_named_for_the_retry(
    pipeline: Pipeline,
) -> None:
    state = pipeline.run("parse_csv", pipeline.upload(SAMPLE_SALES))
    pipeline.s3.breaks = [0] * 9
    with pytest.raises(TransientServiceError):
        pipeline.run("transform_data", state)

"""S3: events that can be told apart, deletes that spare what was changed, metadata of any kind."""

import json
import secrets
import threading
import uuid
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import requests
from botocore.exceptions import ClientError

from tests.engine.conftest import LocalStack, start_localstack
from tests.engine.waiting import take_messages, wait_for


@pytest.fixture
def bucket(localstack: LocalStack) -> str:
    name = f"bucket-{uuid.uuid4().hex[:8]}"
    create_bucket(localstack, name)
    return name


def create_bucket(localstack: LocalStack, name: str) -> None:
    localstack.client("s3").create_bucket(
        Bucket=name, CreateBucketConfiguration={"LocationConstraint": "ap-southeast-1"}
    )


def announce_in_a_queue(localstack: LocalStack, bucket: str) -> str:
    """Makes the bucket announce its objects in a new queue; returns the queue's URL."""
    sqs = localstack.client("sqs")
    name = f"queue-{uuid.uuid4().hex[:8]}"
    arn = f"arn:aws:sqs:ap-southeast-1:000000000000:{name}"
    statement = {
        "Effect": "Allow",
        "Principal": {"Service": "s3.amazonaws.com"},
        "Action": "sqs:SendMessage",
        "Resource": arn,
    }
    policy = json.dumps({"Version": "2012-10-17", "Statement": [statement]})
    url = sqs.create_queue(QueueName=name, Attributes={"Policy": policy})["QueueUrl"]
    localstack.client("s3").put_bucket_notification_configuration(
        Bucket=bucket,
        NotificationConfiguration={
            "QueueConfigurations": [{"QueueArn": arn, "Events": ["s3:ObjectCreated:*"]}]
        },
    )
    return str(url)


def announced(localstack: LocalStack, queue: str, count: int) -> list[dict[str, Any]]:
    """The objects that were announced, once there are so many."""
    found: list[dict[str, Any]] = []

    def all_there() -> bool:
        for body in take_messages(localstack, queue):
            found.extend(record["s3"]["object"] for record in json.loads(body).get("Records", []))
        return len(found) >= count

    wait_for(f"{count} events", all_there)
    return found


@pytest.mark.gap("s3", "each event has a sequencer of its own", plain="assert 1 == 3")
def test_the_same_bytes_put_three_times_at_one_key_are_three_events_in_order(
    localstack: LocalStack, bucket: str
) -> None:
    queue = announce_in_a_queue(localstack, bucket)
    for _ in range(3):
        localstack.client("s3").put_object(Bucket=bucket, Key="same.csv", Body=b"same")

    sequencers = [each["sequencer"] for each in announced(localstack, queue, 3)]

    assert len(set(sequencers)) == 3
    assert all(len(each) == 18 and int(each, 16) for each in sequencers), sequencers


def put(localstack: LocalStack, bucket: str, body: bytes) -> str:
    answer = localstack.client("s3").put_object(Bucket=bucket, Key="file.csv", Body=body)
    return str(answer["ETag"])


@pytest.mark.gap("s3", "a delete can be bound to the object it saw", plain="NotImplemented")
def test_a_delete_with_the_etag_of_what_stands_there_deletes_it(
    localstack: LocalStack, bucket: str
) -> None:
    s3 = localstack.client("s3")
    etag = put(localstack, bucket, b"one")

    answer = s3.delete_object(Bucket=bucket, Key="file.csv", IfMatch=etag)

    assert answer["ResponseMetadata"]["HTTPStatusCode"] == 204
    assert s3.list_objects_v2(Bucket=bucket)["KeyCount"] == 0


@pytest.mark.gap("s3", "a delete can be bound to the object it saw", plain="NotImplemented")
def test_a_delete_with_an_older_etag_is_refused_and_the_newer_object_stays(
    localstack: LocalStack, bucket: str
) -> None:
    s3 = localstack.client("s3")
    older = put(localstack, bucket, b"one")
    put(localstack, bucket, b"two")

    with pytest.raises(ClientError) as refused:
        s3.delete_object(Bucket=bucket, Key="file.csv", IfMatch=older)

    answer = refused.value.response
    assert answer["Error"]["Code"] == "PreconditionFailed"
    assert answer["ResponseMetadata"]["HTTPStatusCode"] == 412
    assert s3.get_object(Bucket=bucket, Key="file.csv")["Body"].read() == b"two"


@pytest.mark.gap("s3", "a delete can be bound to the object it saw", plain="NotImplemented")
def test_a_conditional_delete_of_nothing_says_that_there_is_no_such_key(
    localstack: LocalStack, bucket: str
) -> None:
    with pytest.raises(ClientError) as refused:
        localstack.client("s3").delete_object(Bucket=bucket, Key="file.csv", IfMatch="*")

    assert refused.value.response["Error"]["Code"] == "NoSuchKey"
    assert refused.value.response["ResponseMetadata"]["HTTPStatusCode"] == 404


@pytest.mark.gap("s3", "a delete can be bound to the object it saw", plain="NotImplemented")
def test_an_asterisk_deletes_whatever_stands_there(localstack: LocalStack, bucket: str) -> None:
    put(localstack, bucket, b"one")

    localstack.client("s3").delete_object(Bucket=bucket, Key="file.csv", IfMatch="*")

    assert localstack.client("s3").list_objects_v2(Bucket=bucket)["KeyCount"] == 0


LISTED = ("a.csv", "b/1.csv", "b/2.csv", "z z+z.csv", "ยอดขาย มกราคม.csv", "รายงาน/๑.csv", "📈.csv")
"""In the order of their UTF-8 bytes."""


@pytest.mark.gap(
    "s3", "keys of any script are listed page by page", plain=r"assert \['a.csv', .* == \['a.csv'"
)
@pytest.mark.parametrize("page_size", [2, 3])
@pytest.mark.parametrize(
    ("operation", "found_in"),
    [
        ("list_objects_v2", "Contents"),
        ("list_objects", "Contents"),
        ("list_object_versions", "Versions"),
    ],
)
def test_keys_of_any_script_are_listed_page_by_page(
    localstack: LocalStack, bucket: str, operation: str, found_in: str, page_size: int
) -> None:
    s3 = localstack.client("s3")
    s3.put_bucket_versioning(Bucket=bucket, VersioningConfiguration={"Status": "Enabled"})
    for key in reversed(LISTED):
        s3.put_object(Bucket=bucket, Key=key)

    answers = s3.get_paginator(operation).paginate(
        Bucket=bucket, PaginationConfig={"PageSize": page_size}
    )
    pages = [[entry["Key"] for entry in answer[found_in]] for answer in answers]

    assert [key for page in pages for key in page] == list(LISTED)
    assert max(map(len, pages)) == page_size


def test_folders_with_thai_names_are_listed(localstack: LocalStack, bucket: str) -> None:
    s3 = localstack.client("s3")
    for key in LISTED:
        s3.put_object(Bucket=bucket, Key=key)

    answer = s3.list_objects_v2(Bucket=bucket, Delimiter="/", StartAfter="c")

    assert answer["StartAfter"] == "c"
    assert [folder["Prefix"] for folder in answer["CommonPrefixes"]] == ["รายงาน/"]
    inside = s3.list_objects_v2(Bucket=bucket, Prefix="รายงาน/")
    assert inside["Prefix"] == "รายงาน/"
    assert [entry["Key"] for entry in inside["Contents"]] == ["รายงาน/๑.csv"]


def test_a_bucket_deleted_in_one_lab_leaves_the_one_of_its_name_in_another(
    localstack: LocalStack, bucket: str, tmp_path: Path
) -> None:
    large = secrets.token_bytes(1024 * 1024)  # large objects are kept in files
    with start_localstack(tmp_path) as other:
        create_bucket(other, bucket)
        other.client("s3").put_object(Bucket=bucket, Key="large", Body=large)
        other.client("s3").delete_object(Bucket=bucket, Key="large")
        other.client("s3").delete_bucket(Bucket=bucket)

    s3 = localstack.client("s3")
    s3.put_object(Bucket=bucket, Key="large", Body=large)
    assert s3.get_object(Bucket=bucket, Key="large")["Body"].read() == large


def post(localstack: LocalStack, bucket: str, **fields: str) -> requests.Response:
    """Posts a file by a form with these further fields."""
    form = localstack.client("s3").generate_presigned_post(
        bucket, "posted.csv", Fields=fields, Conditions=[{name: fields[name]} for name in fields]
    )
    return requests.post(
        form["url"], data=form["fields"], files={"file": ("file.csv", b"text")}, timeout=30
    )


unreadable = pytest.mark.gap(
    "s3", "an object is read whatever metadata it has", plain="An error occurred"
)


@pytest.mark.parametrize(
    "fields",
    [
        pytest.param({"x-amz-meta-ชื่อ": "a"}, marks=unreadable),
        pytest.param({"Content-Type": "text/csv\r\nX-Evil: 1"}, marks=unreadable),
        pytest.param({"Content-Disposition": "a\nb"}, marks=unreadable),
        {"x-amz-meta-na me": "a"},
        {"x-amz-meta-na:me": "a"},
        {"x-amz-meta-é": "a"},
        {"x-amz-meta-name": "a\r\nb"},
        {"Content-Type": "a\x00b\x7fc\x85d"},
        {"Content-Type": "ไทย"},
        {"x-amz-website-redirect-location": "/ไทย"},
    ],
)
def test_an_object_is_read_whatever_metadata_its_form_gave_it(
    localstack: LocalStack, bucket: str, fields: dict[str, str]
) -> None:
    s3 = localstack.client("s3")
    assert post(localstack, bucket, **fields).status_code == 204

    assert s3.head_object(Bucket=bucket, Key="posted.csv")["ContentLength"] == 4
    answer = s3.get_object(Bucket=bucket, Key="posted.csv")

    assert answer["Body"].read() == b"text"
    assert "x-evil" not in answer["ResponseMetadata"]["HTTPHeaders"]


def test_the_bytes_of_utf_8_in_a_header_come_back_as_they_were_given(
    localstack: LocalStack, bucket: str
) -> None:
    """As S3 does: some of them are control characters, if each is read as one character."""
    given = "max-age=60; ÄÕ — ไทย"
    s3 = localstack.client("s3")
    s3.put_object(Bucket=bucket, Key="file.csv", Body=b"text", CacheControl=given)

    for read in (s3.head_object, s3.get_object):
        header = read(Bucket=bucket, Key="file.csv")["CacheControl"]
        assert header.encode("latin-1").decode() == given


def test_metadata_that_is_no_legal_header_is_left_out_and_counted(
    localstack: LocalStack, bucket: str
) -> None:
    post(localstack, bucket, **{"x-amz-meta-ชื่อ": "a", "x-amz-meta-b c": "d", "x-amz-meta-e": "f"})

    for read in ("get_object", "head_object"):
        answer = getattr(localstack.client("s3"), read)(Bucket=bucket, Key="posted.csv")
        assert (answer["Metadata"], answer["MissingMeta"]) == ({"e": "f"}, 2)


def test_a_line_end_in_a_content_type_is_answered_as_spaces(
    localstack: LocalStack, bucket: str
) -> None:
    post(localstack, bucket, **{"Content-Type": "text/csv\r\nX-Evil: 1"})

    answer = localstack.client("s3").head_object(Bucket=bucket, Key="posted.csv")

    assert answer["ContentType"] == "text/csv  X-Evil: 1"


@pytest.mark.gap("s3", "metadata is 2 KB at most", plain="DID NOT RAISE")
def test_more_than_2_kb_of_metadata_are_refused(localstack: LocalStack, bucket: str) -> None:
    s3 = localstack.client("s3")
    s3.put_object(Bucket=bucket, Key="enough", Metadata={"name": "x" * 2044})

    with pytest.raises(ClientError, match="MetadataTooLarge") as refused:
        s3.put_object(Bucket=bucket, Key="much", Metadata={"name": "x" * 2045})

    assert refused.value.response["ResponseMetadata"]["HTTPStatusCode"] == 400
    with pytest.raises(ClientError, match="MetadataTooLarge"):
        s3.create_multipart_upload(Bucket=bucket, Key="much", Metadata={"name": "x" * 2045})


@pytest.mark.parametrize(
    ("fields", "code"),
    [
        ({"x-amz-meta-name": "ก" * 700}, "MetadataTooLarge"),
        ({"Content-Type": "x" * 21_000}, "MaxPostPreDataLengthExceededError"),
        ({"x-amz-server-side-encryption": "ไทย"}, "InvalidArgument"),
    ],
)
def test_a_form_with_fields_that_s3_does_not_take_is_refused(
    localstack: LocalStack, bucket: str, fields: dict[str, str], code: str
) -> None:
    answer = post(localstack, bucket, **fields)

    assert answer.status_code == 400
    assert f"<Code>{code}</Code>" in answer.text
    assert localstack.client("s3").list_objects_v2(Bucket=bucket)["KeyCount"] == 0


PART = 6 * 1024 * 1024


def disk(localstack: LocalStack) -> dict[str, int]:
    reading: dict[str, int] = localstack.page("/_lab/disk")
    return reading


def test_an_abort_gives_the_disk_space_of_all_parts_back(
    localstack: LocalStack, bucket: str
) -> None:
    s3 = localstack.client("s3")
    before = disk(localstack)
    upload = s3.create_multipart_upload(Bucket=bucket, Key="k")["UploadId"]
    for number in (1, 2):
        s3.upload_part(
            Bucket=bucket,
            Key="k",
            UploadId=upload,
            PartNumber=number,
            Body=secrets.token_bytes(PART),
        )
    during = disk(localstack)
    assert during["unfinished_bytes"] - before["unfinished_bytes"] == 2 * PART
    assert during["stored_bytes"] - before["stored_bytes"] >= 2 * PART

    s3.abort_multipart_upload(Bucket=bucket, Key="k", UploadId=upload)

    assert disk(localstack)["unfinished_bytes"] == before["unfinished_bytes"]
    assert disk(localstack)["stored_bytes"] <= before["stored_bytes"]


def test_an_abort_while_a_part_arrives_gives_its_disk_space_back_too(
    localstack: LocalStack, bucket: str
) -> None:
    s3 = localstack.client("s3")
    before = disk(localstack)
    upload = s3.create_multipart_upload(Bucket=bucket, Key="k")["UploadId"]
    url = s3.generate_presigned_url(
        "upload_part",
        {"Bucket": bucket, "Key": "k", "UploadId": upload, "PartNumber": 1},
    )
    aborted = threading.Event()
    under_way = threading.Event()

    def body() -> Iterator[bytes]:
        yield secrets.token_bytes(PART)
        under_way.set()
        aborted.wait(30)
        yield secrets.token_bytes(PART)

    sender = threading.Thread(target=requests.put, args=(url,), kwargs={"data": body()})
    sender.start()
    assert under_way.wait(30)
    s3.abort_multipart_upload(Bucket=bucket, Key="k", UploadId=upload)
    aborted.set()
    sender.join(30)

    wait_for("the disk space", lambda: disk(localstack)["stored_bytes"] <= before["stored_bytes"])
    assert disk(localstack)["unfinished_bytes"] == before["unfinished_bytes"]


def test_a_bucket_that_is_deleted_gives_the_disk_space_of_unfinished_uploads_back(
    localstack: LocalStack, bucket: str
) -> None:
    s3 = localstack.client("s3")
    before = disk(localstack)
    upload = s3.create_multipart_upload(Bucket=bucket, Key="k")["UploadId"]
    s3.upload_part(
        Bucket=bucket, Key="k", UploadId=upload, PartNumber=1, Body=secrets.token_bytes(PART)
    )

    s3.delete_bucket(Bucket=bucket)

    wait_for("the disk space", lambda: disk(localstack)["stored_bytes"] <= before["stored_bytes"])

"""S3: events that can be told apart, and deletes that spare what was changed."""

import json
import secrets
import uuid
from pathlib import Path
from typing import Any

import pytest
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

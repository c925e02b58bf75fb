"""Lifecycle rules that delete objects and abort uploads, by the API."""

import uuid
from typing import Any

import pytest
import requests

from tests.engine.conftest import LocalStack
from tests.unit.engine.lifecycle_configurations import abort_rule, rule


@pytest.fixture
def bucket(localstack: LocalStack) -> str:
    name = f"bucket-{uuid.uuid4().hex[:8]}"
    region = {"LocationConstraint": "ap-southeast-1"}
    localstack.client("s3").create_bucket(Bucket=name, CreateBucketConfiguration=region)
    return name


def set_rules(localstack: LocalStack, bucket: str, *rules: dict[str, Any]) -> None:
    localstack.client("s3").put_bucket_lifecycle_configuration(
        Bucket=bucket, LifecycleConfiguration={"Rules": list(rules)}
    )


@pytest.mark.gap("s3/lifecycle", "objects expire, and the clock can be pushed", plain="no clock")
def test_45_a_failed_file_is_deleted_30_days_later_and_no_other_file_is(
    localstack: LocalStack, bucket: str
) -> None:
    s3 = localstack.client("s3")
    set_rules(
        localstack, bucket, rule({"Prefix": "failed/"}), rule({"Prefix": "kept/"}, "Disabled", 1)
    )
    for key in ("failed/a.csv", "uploads/b.csv", "kept/c.csv"):
        s3.put_object(Bucket=bucket, Key=key, Body=b"text")

    assert push(localstack, "+29d")["expired"] == []
    assert push(localstack, "+2d")["expired"] == [f"s3://{bucket}/failed/a.csv"]

    keys = [item["Key"] for item in s3.list_objects_v2(Bucket=bucket)["Contents"]]
    assert keys == ["kept/c.csv", "uploads/b.csv"]


@pytest.mark.gap("s3/lifecycle", "unfinished uploads are aborted", plain="no clock")
def test_45_an_upload_that_nobody_completes_is_aborted_and_its_disk_space_is_free(
    localstack: LocalStack, bucket: str
) -> None:
    s3 = localstack.client("s3")
    set_rules(localstack, bucket, abort_rule("processed/"))
    for key in ("processed/a", "other/b"):
        upload = s3.create_multipart_upload(Bucket=bucket, Key=key)["UploadId"]
        part = {"Bucket": bucket, "Key": key, "UploadId": upload, "PartNumber": 1}
        s3.upload_part(**part, Body=bytes(5 * 1024 * 1024))

    reading = push(localstack, "+2d")

    assert reading["aborted"] == [f"s3://{bucket}/processed/a"]
    assert [each["Key"] for each in s3.list_multipart_uploads(Bucket=bucket)["Uploads"]] == [
        "other/b"
    ]
    s3.abort_multipart_upload(Bucket=bucket, Key="other/b", UploadId=upload)
    assert localstack.page("/_lab/disk")["unfinished_bytes"] == 0


@pytest.mark.gap("s3/lifecycle", "a disabled rule promises nothing", plain="assert 'expiry-date")
def test_an_object_under_a_disabled_rule_is_not_said_to_expire(
    localstack: LocalStack, bucket: str
) -> None:
    s3 = localstack.client("s3")
    set_rules(localstack, bucket, rule({}, "Disabled"))
    s3.put_object(Bucket=bucket, Key="kept.csv", Body=b"text")
    assert s3.head_object(Bucket=bucket, Key="kept.csv").get("Expiration") is None


def test_a_step_that_is_none_is_refused_in_one_sentence(localstack: LocalStack) -> None:
    answer = requests.post(
        f"{localstack.endpoint}/_lab/clock", json={"push": "tomorrow"}, timeout=60
    )
    assert answer.status_code == 400
    assert "such as +31d" in answer.json()["error"]


def push(localstack: LocalStack, step: str) -> dict[str, Any]:
    answer = requests.post(f"{localstack.endpoint}/_lab/clock", json={"push": step}, timeout=30)
    assert "json" in answer.headers["Content-Type"], "there is no clock to push"
    reading: dict[str, Any] = answer.json()
    return reading

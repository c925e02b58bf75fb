"""Lifecycle rules: which objects they expire, when, and that they are gone then."""

import uuid
from datetime import UTC, datetime
from typing import Any

import pytest
import requests

from lab_engine.s3.lifecycle.rules import StoredObject, aborts_at, expires_at
from tests.engine.conftest import LocalStack

CREATED = datetime(2024, 1, 15, 18, 30, tzinfo=UTC)
STORED = StoredObject("failed/2024/01/15/a.csv", 408, CREATED, {"kind": "sales"})
AFTER_30_DAYS = datetime(2024, 2, 15, tzinfo=UTC)


def rule(condition: dict[str, Any], status: str = "Enabled", days: int = 30) -> dict[str, Any]:
    return {"ID": "r", "Status": status, "Filter": condition, "Expiration": {"Days": days}}


@pytest.mark.parametrize(
    ("condition", "applies"),
    [
        ({}, True),
        ({"Prefix": "failed/"}, True),
        ({"Prefix": "processed/"}, False),
        ({"Tag": {"Key": "kind", "Value": "sales"}}, True),
        ({"Tag": {"Key": "kind", "Value": "other"}}, False),
        ({"ObjectSizeGreaterThan": 408}, False),
        ({"And": {"Prefix": "failed/", "ObjectSizeLessThan": 409}}, True),
        ({"And": {"Prefix": "failed/", "ObjectSizeLessThan": 408}}, False),
    ],
)
def test_a_rule_expires_what_its_filter_selects_at_the_midnight_after_its_days(
    condition: dict[str, Any], applies: bool
) -> None:
    assert expires_at([rule(condition)], STORED) == (AFTER_30_DAYS if applies else None)


def test_a_disabled_rule_expires_nothing_and_of_several_the_earliest_counts() -> None:
    assert expires_at([rule({}, status="Disabled")], STORED) is None
    assert expires_at([rule({}, days=90), rule({})], STORED) == AFTER_30_DAYS


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


def abort_rule(prefix: str, days: int = 1, status: str = "Enabled") -> dict[str, Any]:
    return {
        "ID": f"abort-{prefix}",
        "Status": status,
        "Filter": {"Prefix": prefix},
        "AbortIncompleteMultipartUpload": {"DaysAfterInitiation": days},
    }


def test_a_rule_aborts_an_upload_at_the_midnight_after_its_days() -> None:
    tomorrow_night = datetime(2024, 1, 17, tzinfo=UTC)
    assert aborts_at([abort_rule("")], "processed/a", CREATED) == tomorrow_night
    assert aborts_at([abort_rule("failed/")], "processed/a", CREATED) is None
    assert aborts_at([abort_rule("", status="Disabled")], "processed/a", CREATED) is None
    assert aborts_at([rule({})], "processed/a", CREATED) is None
    assert aborts_at([abort_rule("", 9), abort_rule("", 1)], "a", CREATED) == tomorrow_night
    assert expires_at([abort_rule("")], STORED) is None


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
        f"{localstack.endpoint}/_lab/clock", json={"push": "tomorrow"}, timeout=5
    )
    assert answer.status_code == 400
    assert "such as +31d" in answer.json()["error"]


def push(localstack: LocalStack, step: str) -> dict[str, Any]:
    answer = requests.post(f"{localstack.endpoint}/_lab/clock", json={"push": step}, timeout=30)
    assert "json" in answer.headers["Content-Type"], "there is no clock to push"
    reading: dict[str, Any] = answer.json()
    return reading

"""Which messages are about an upload, and which somebody else has sent."""

import json

import pytest

from lab.promise.dead_letters import is_about_an_upload

EVENT = {"Records": [{"s3": {"object": {"key": "uploads/a.csv"}}}]}


@pytest.mark.parametrize(
    "message",
    [
        {"job_id": "job-1", "source_key": "uploads/a.csv", "etag": "1"},
        EVENT,
        {"version": "1.0", "requestPayload": EVENT, "responsePayload": {}},
    ],
    ids=["a job", "an S3 event", "what csv-validator's on-failure destination sent"],
)
def test_a_job_and_an_event_of_s3_are_about_an_upload(message: object) -> None:
    assert is_about_an_upload(json.dumps(message))


@pytest.mark.parametrize(
    "body",
    ["not a job", "", "3", "[1]", "{}", '{"requestPayload": "x"}', '{"requestPayload": {"a": 1}}'],
)
def test_anything_else_is_about_none(body: str) -> None:
    assert not is_about_an_upload(body)

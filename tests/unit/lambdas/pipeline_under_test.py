"""The seven functions together, imported as Lambda would, with fakes for their clients."""

import importlib
import json
from collections.abc import Mapping
from types import ModuleType
from typing import Any
from unittest.mock import patch
from urllib.parse import quote_plus

import pytest

from tests.unit.lambdas.fakes import FakeS3, FakeSns, FakeSqs, FakeStepFunctions

# Handlers read their environment when they are imported, like a Lambda cold start.
ENVIRONMENT = {
    "AWS_DEFAULT_REGION": "ap-southeast-1",
    "QUEUE_URL": "https://sqs.test/queue",
    "PROCESSED_BUCKET": "processed",
    "MAX_FILE_BYTES": "1000000",
    "STATE_MACHINE_ARN": "arn:aws:states:::stateMachine:ProcessCSVWorkflow",
    "TOPIC_ARN": "arn:aws:sns:::pipeline-notifications",
}
FUNCTIONS = (
    "csv_validator",
    "csv_processor",
    "parse_csv",
    "validate_schema",
    "transform_data",
    "move_to_failed",
    "send_notification",
)


class Pipeline:
    """All seven handlers over one set of fakes."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.s3, self.sqs, self.sns = FakeS3(), FakeSqs(), FakeSns()
        self.stepfunctions = FakeStepFunctions()
        self._modules: dict[str, ModuleType] = {}
        for package in FUNCTIONS:
            with patch.dict("os.environ", ENVIRONMENT):
                module = importlib.import_module(f"{package}.handler")
            for client in ("s3", "sqs", "sns", "stepfunctions"):
                if hasattr(module, client):
                    monkeypatch.setattr(module, client, getattr(self, client))
            self._modules[package] = module

    def module(self, package: str) -> ModuleType:
        return self._modules[package]

    def run(self, package: str, event: dict[str, Any]) -> dict[str, Any]:
        answer: dict[str, Any] = self._modules[package].lambda_handler(event, None)
        return answer

    def upload(
        self,
        body: bytes,
        key: str = "uploads/sales.csv",
        refusals: Mapping[str, Exception] | None = None,
    ) -> dict[str, Any]:
        """Put a file and return the job that csv-validator queues for it."""
        etag = self.s3.put("raw", key, body, refusals=refusals)
        self.run("csv_validator", s3_event(key, etag=etag, size=len(body)))
        job: dict[str, Any] = json.loads(self.sqs.sent[-1]["MessageBody"])
        return job

    def process(self, body: bytes, key: str = "uploads/sales.csv") -> dict[str, Any]:
        """Take a file through the states as the state machine does; return the last state."""
        state = self.upload(body, key)
        if "rejection" not in state:
            state = self.run("parse_csv", state)
            state = self.run("validate_schema", state)
            if state["schema_valid"]:
                state = self.run("transform_data", state)
                if state["transform_status"] == "success":
                    return self.run("send_notification", {"outcome": "success", "job": state})
        state = self.run("move_to_failed", state)
        return self.run("send_notification", {"outcome": "failed", "job": state})


def s3_event(
    key: str, *, etag: str = "e" * 32, size: int = 10, name: str = "ObjectCreated:Put"
) -> dict[str, Any]:
    """An S3 event; `key` is quoted as AWS quotes it."""
    return {
        "Records": [
            {
                "eventSource": "aws:s3",
                "eventName": name,
                "eventTime": "2024-01-20T23:59:58.123Z",
                "s3": {
                    "bucket": {"name": "raw"},
                    "object": {
                        "key": quote_plus(key, safe="/"),
                        "size": size,
                        "eTag": etag,
                        "sequencer": "0065AC4F8E1234ABCD",  # pragma: allowlist secret
                    },
                },
            }
        ]
    }

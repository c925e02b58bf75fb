"""The functions as deployed, on CPython 3.12 under AWS's own runtime client.

The lab runs them on its own Python 3.13, AWS on 3.12. Here each of the seven is started as in AWS's
image, with what the lab has deployed, and does its part of a good job and of a bad one.
"""

from __future__ import annotations

import io
import json
import os
import time
import zipfile
from typing import TYPE_CHECKING, Any

import pytest

from lab.locked_environment import LockedEnvironment
from lab.paths import STATE
from lab.running import SECRET_KEY
from lab_engine.lambda_.process import RuntimeProcess
from lab_engine.lambda_.runtime_api import Answered, Invocation, Ready
from provision.settings import (
    CSV_PROCESSOR,
    CSV_VALIDATOR,
    MOVE_TO_FAILED,
    PARSE_CSV,
    SEND_NOTIFICATION,
    TRANSFORM_DATA,
    VALIDATE_SCHEMA,
)
from tests.child_process import ChildProcess
from tests.implementations.implementations import LAB
from tests.implementations.life import Life
from tests.integration.chaos import nothing_announced
from tests.integration.lab_under_test import LabUnderTest
from tests.integration.sales_files import BAD_SCHEMA, SAMPLE_SALES, SAMPLE_SUMMARY

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

pytestmark = [pytest.mark.implementations, pytest.mark.timeout(600)]

PYTHON = LockedEnvironment(
    "AWS's Python 3.12",
    STATE / "implementations" / "python3.12",
    locks=("lambda-runtime",),
    version="3.12",
)
SECONDS = 60


class OnPython312:
    """Runs the functions of a lab as AWS's image does.

    Args:
        lab: Where they are deployed, and whose AWS API they use.
        folder: For their code.
        queue_url: Where csv-validator sends to: nobody else reads there.
    """

    def __init__(self, lab: LabUnderTest, folder: Path, queue_url: str) -> None:
        self._lab = lab
        self._folder = folder
        self.queue_url = queue_url
        self._python = PYTHON.make()

    def invoke(self, function: str, event: dict[str, Any]) -> Any:
        """Start a function, let it handle one event, and return its answer."""
        configuration = self._lab.client("lambda").get_function_configuration(FunctionName=function)
        code = self._folder / function
        with zipfile.ZipFile(io.BytesIO(self._lab.code_of(function))) as archive:
            archive.extractall(code)
        process = RuntimeProcess(
            environment_id=f"3.12-{function}",
            start=lambda address: self._start(address, configuration, code),
            memory_bytes=configuration["MemorySize"] * 1024 * 1024,
        )
        try:
            assert process.wait(time.monotonic() + SECONDS) == Ready(), process.take_output()
            process.send(
                Invocation(
                    request_id="0d1e2f3a-0000-4000-8000-000000000001",
                    function_arn=configuration["FunctionArn"],
                    event=json.dumps(event).encode(),
                    deadline_ms=int((time.time() + SECONDS) * 1000),
                    trace_id="Root=1-5759e988-bd862e3fe1be46a994272793;Sampled=1",
                )
            )
            answer = process.wait(time.monotonic() + SECONDS)
        finally:
            process.end()
        assert isinstance(answer, Answered), answer
        assert not answer.is_error, answer.body
        return json.loads(answer.body)

    def _start(self, address: str, configuration: dict[str, Any], code: Path) -> ChildProcess:
        variables = {
            **configuration.get("Environment", {}).get("Variables", {}),
            "QUEUE_URL": self.queue_url,
            "AWS_ACCESS_KEY_ID": self._lab.account,
            "AWS_SECRET_ACCESS_KEY": SECRET_KEY,
            "AWS_ENDPOINT_URL": self._lab.endpoint,
            "AWS_EXECUTION_ENV": "AWS_Lambda_python3.12",
            "AWS_LAMBDA_FUNCTION_NAME": configuration["FunctionName"],
            "AWS_LAMBDA_FUNCTION_VERSION": "$LATEST",
            "AWS_LAMBDA_FUNCTION_MEMORY_SIZE": str(configuration["MemorySize"]),
            "AWS_LAMBDA_RUNTIME_API": address,
            "AWS_DEFAULT_REGION": self._lab.region,
            "AWS_REGION": self._lab.region,
            "LAMBDA_TASK_ROOT": str(code),
            "PATH": os.environ["PATH"],
            "PYTHONPATH": str(code),
        }
        command = [str(self._python), "-m", "awslambdaric", configuration["Handler"]]
        return ChildProcess(command, variables, code)


@pytest.fixture(scope="module")
def lab(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LabUnderTest]:
    """A lab with the pipeline in it."""
    with LAB.serve(tmp_path_factory.mktemp("lab")) as endpoint:
        life = Life(LAB, LabUnderTest.at(endpoint))
        assert life.run("apply").status == 0
        yield life.lab


def test_each_function_does_its_part_of_a_good_job_and_of_a_bad_one(
    lab: LabUnderTest, tmp_path: Path
) -> None:
    queue_url = lab.client("sqs").create_queue(QueueName="on-python-3-12")["QueueUrl"]
    on_312 = OnPython312(lab, tmp_path, queue_url)
    with nothing_announced(lab):
        good_message = queued(lab, on_312, SAMPLE_SALES)
        good = json.loads(good_message["Body"])
        for function in (PARSE_CSV, VALIDATE_SCHEMA, TRANSFORM_DATA):
            good = on_312.invoke(function, good)
        assert good["transform_status"] == "success"
        told = on_312.invoke(SEND_NOTIFICATION, {"outcome": "success", "job": good})
        assert told["notification_status"] == "sent"

        bad = json.loads(queued(lab, on_312, BAD_SCHEMA)["Body"])
        for function in (PARSE_CSV, VALIDATE_SCHEMA, MOVE_TO_FAILED):
            bad = on_312.invoke(function, bad)
        assert (bad["schema_valid"], bad["failure_reason"]) == (False, "missing_columns")
        assert bad["move_status"] == "success"
        told = on_312.invoke(SEND_NOTIFICATION, {"outcome": "failed", "job": bad})
        assert told["notification_status"] == "sent"

        event = {"Records": [record_of(lab, good_message)]}
        assert on_312.invoke(CSV_PROCESSOR, event) == {"batchItemFailures": []}

    found = lab.client("s3").get_object(
        Bucket=lab.settings.processed_bucket, Key=good["output_key"]
    )
    assert json.loads(found["Body"].read())["summary"] == SAMPLE_SUMMARY
    assert lab.execution_of(good["job_id"])["status"] == "SUCCEEDED"


def queued(lab: LabUnderTest, on_312: OnPython312, body: bytes) -> dict[str, Any]:
    """Upload a file and let csv-validator see it; its message to csv-processor."""
    upload = lab.upload("on-312.csv", body)
    on_312.invoke(CSV_VALIDATOR, lab.s3_event(upload, sequencer="0"))
    [message] = lab.client("sqs").receive_message(
        QueueUrl=on_312.queue_url, AttributeNames=["All"], WaitTimeSeconds=20
    )["Messages"]
    assert json.loads(message["Body"])["source_key"] == upload.key
    lab.client("sqs").delete_message(
        QueueUrl=on_312.queue_url, ReceiptHandle=message["ReceiptHandle"]
    )
    found: dict[str, Any] = message
    return found


def record_of(lab: LabUnderTest, message: dict[str, Any]) -> dict[str, Any]:
    """Return a message as Lambda gives it to a function."""
    return {
        "messageId": message["MessageId"],
        "receiptHandle": message["ReceiptHandle"],
        "body": message["Body"],
        "attributes": message["Attributes"],
        "messageAttributes": {},
        "eventSource": "aws:sqs",
        "eventSourceARN": lab.main_queue.arn,
        "awsRegion": lab.region,
    }

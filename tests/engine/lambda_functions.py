"""Makes Lambda functions, invokes them and looks at what they leave behind."""

import base64
import io
import json
import os
import re
import uuid
import zipfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.engine.conftest import LocalStack
from tests.engine.functions import create_role
from tests.engine.waiting import wait_for

PROBE = (Path(__file__).parent / "handlers" / "probe.py").read_text(encoding="utf-8")


@dataclass(frozen=True)
class Answer:
    """What an invocation came to."""

    value: Any
    error: str | None
    tail: str
    """The end of its log."""

    @property
    def error_type(self) -> str:
        assert self.error, f"no error but {self.value}"
        return str(self.value["errorType"])

    @property
    def message(self) -> str:
        assert self.error, f"no error but {self.value}"
        return str(self.value["errorMessage"])

    def report(self) -> dict[str, str]:
        """The fields of the REPORT line."""
        (line,) = re.findall(r"^REPORT (.*)$", self.tail, re.MULTILINE)
        fields = (field.partition(": ") for field in line.split("\t") if field)
        return {name: value for name, _, value in fields}


@dataclass(frozen=True)
class Function:
    """A function in a running LocalStack."""

    localstack: LocalStack
    name: str

    @property
    def log_group(self) -> str:
        return f"/aws/lambda/{self.name}"

    def invoke(self, action: str = "describe", **event: Any) -> Answer:
        """Invokes it with an event of the probe's."""
        return self.invoke_with(json.dumps({"action": action, **event}))

    def invoke_with(self, payload: str, **arguments: Any) -> Answer:
        """Invokes it with any payload."""
        response = self.localstack.client("lambda").invoke(
            FunctionName=self.name, Payload=payload, LogType="Tail", **arguments
        )
        return Answer(
            value=json.loads(response["Payload"].read()),
            error=response.get("FunctionError"),
            tail=base64.b64decode(response["LogResult"]).decode(),
        )

    def update(self, code: str | None = None, **settings: Any) -> None:
        """Gives it other code or settings and waits until that has happened."""
        client = self.localstack.client("lambda")
        if code is not None:
            client.update_function_code(FunctionName=self.name, ZipFile=zipped({"app.py": code}))
        if settings:
            client.update_function_configuration(FunctionName=self.name, **settings)
        wait_for("the update", lambda: self.configuration()["LastUpdateStatus"] == "Successful")

    def configuration(self) -> dict[str, Any]:
        """What Lambda says of it."""
        client = self.localstack.client("lambda")
        configuration: dict[str, Any] = client.get_function_configuration(FunctionName=self.name)
        return configuration

    def log(self) -> list[str]:
        """Its log events so far, in the order CloudWatch Logs gives them."""
        client = self.localstack.client("logs")
        try:
            pages = client.get_paginator("filter_log_events").paginate(logGroupName=self.log_group)
            return [event["message"] for page in pages for event in page["events"]]
        except client.exceptions.ResourceNotFoundException:
            return []

    def processes(self) -> dict[int, str]:
        """Its living processes, children included: process id and command."""
        return processes_with(f"AWS_LAMBDA_FUNCTION_NAME={self.name}\0")


def create_function(localstack: LocalStack, code: str = PROBE, **settings: Any) -> Function:
    """Creates a function and waits until it can be invoked."""
    name = f"probe-{uuid.uuid4().hex[:8]}"
    arguments = {
        "Runtime": "python3.12",
        "Handler": "app.handler",
        "Role": create_role(localstack, "lambda"),
        "Code": {"ZipFile": zipped({"app.py": code})},
        "Timeout": 10,
        "MemorySize": 256,
    } | settings
    localstack.client("lambda").create_function(FunctionName=name, **arguments)
    function = Function(localstack, name)
    wait_for("the function", lambda: function.configuration()["State"] != "Pending")
    return function


def zipped(files: Mapping[str, str]) -> bytes:
    """A deployment package."""
    package = io.BytesIO()
    with zipfile.ZipFile(package, "w") as archive:
        for name, text in files.items():
            archive.writestr(name, text)
    return package.getvalue()


def processes_with(marker: str) -> dict[int, str]:
    """Processes that carry a text in their environment."""
    found = {}
    for entry in Path("/proc").iterdir():
        if not entry.name.isdigit() or int(entry.name) == os.getpid():
            continue
        try:
            if marker.encode() in (entry / "environ").read_bytes():
                found[int(entry.name)] = (entry / "cmdline").read_text().replace("\0", " ")
        except OSError:
            continue
    return found

"""The trace of an invocation: the header that the function gets, and what Lambda tells of it.

Source: Lambda developer guide, "Visualize Lambda function invocations using AWS X-Ray": a segment
of the Lambda service, and one of the function with `Initialization` and `Invocation`. What the
function itself sends goes below `Invocation`. Only active tracing sends segments; the other mode
passes the header on.
"""

import json
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from http import HTTPStatus
from typing import Any, Final

from localstack.utils.xray.trace_header import TraceHeader, generate_random_id

from lab_engine.xray.documents import Document
from lab_engine.xray.sender import SENDER, Parcel

_ACTIVE: Final = "Active"
_LONGEST_MESSAGE: Final = 1000


@dataclass(frozen=True, slots=True)
class Received:
    """An invocation whose trace is recorded.

    Attributes:
        parent_id: The segment that called; None if the trace begins here.
        at: When the Lambda service had it.
    """

    trace_id: str
    parent_id: str | None
    at: float
    service_id: str = field(default_factory=generate_random_id)
    function_id: str = field(default_factory=generate_random_id)
    invocation_id: str = field(default_factory=generate_random_id)


def keep_trace(invoke: Callable[..., Any], self: Any, invocation: Any) -> Any:
    """Tell the executor before an invocation begins which trace header it gets.

    Args:
        invoke: LocalStack's own method, for which every invocation is sampled.
        self: The execution environment.
        invocation: The invocation.
    """
    self.runtime_executor.trace_header, self.runtime_executor.received = receive(
        invocation.trace_context.get("aws_trace_header"),
        is_active=self.function_version.config.tracing_config_mode == _ACTIVE,
    )
    return invoke(self, invocation)


def receive(header: TraceHeader | None, *, is_active: bool) -> tuple[str, Received | None]:
    """Return the header that the function gets, and what is recorded, if anything.

    A caller's decision holds. Without one, a function with active tracing is sampled each time.
    """
    header = (header or TraceHeader()).ensure_root_exists()
    is_sampled = is_active if header.sampled is None else header.sampled == 1
    received = None
    if is_active and is_sampled:
        received = Received(header.root, header.parent, time.time())
    parent = received.invocation_id if received else header.parent or generate_random_id()
    given = TraceHeader(header.root, parent, int(is_sampled), header.data, header.lineage)
    return given.to_header_str(), received


@dataclass(frozen=True, slots=True)
class Ended:
    """A recorded invocation that is over.

    Attributes:
        received: How it began.
        version: The function's version, which LocalStack has.
        error: What the caller gets if it failed; else None.
        seconds: How long the function had it.
        init_seconds: How long its process took to start; None if there was one.
        at: When Lambda was done with it.
    """

    received: Received
    version: Any
    request_id: str
    error: bytes | None
    seconds: float
    init_seconds: float | None
    at: float = field(default_factory=time.time)

    def send(self) -> None:
        """Send its segments as the function's role."""
        function = self.version.id
        role = self.version.config.role
        SENDER.send(Parcel(role, function.account, function.region, self.documents))

    def documents(self) -> list[Document]:
        """Return its two segments."""
        received, function = self.received, self.version.id
        failed = _failure(self.error)
        service: Document = {
            "id": received.service_id,
            "name": function.function_name,
            "start_time": received.at,
            "end_time": self.at,
            "trace_id": received.trace_id,
            "http": {"response": {"status": HTTPStatus.OK.value}},
            "aws": {"request_id": self.request_id},
            "origin": "AWS::Lambda",
            "resource_arn": function.unqualified_arn(),
        }
        if received.parent_id:
            service["parent_id"] = received.parent_id
        itself = {
            "id": received.function_id,
            "name": function.function_name,
            "start_time": max(received.at, self._began),
            "end_time": self.at,
            "trace_id": received.trace_id,
            "parent_id": received.service_id,
            "aws": {
                "account_id": function.account,
                "function_arn": function.unqualified_arn(),
                "resource_names": [function.function_name],
            },
            "origin": "AWS::Lambda::Function",
            "subsegments": self._phases(failed),
        }
        return [service | ({"fault": True} if failed else {}), itself | failed]

    @property
    def _began(self) -> float:
        return self.at - self.seconds

    def _phases(self, failed: Document) -> list[Document]:
        began, arn = self._began, self.version.id.unqualified_arn()
        own = {"aws": {"function_arn": arn}}
        phases: list[Document] = []
        if self.init_seconds is not None:
            phases.append(
                {
                    "id": generate_random_id(),
                    "name": "Initialization",
                    "start_time": began - self.init_seconds,
                    "end_time": began,
                    **own,
                }
            )
        phases.append(
            {
                "id": self.received.invocation_id,
                "name": "Invocation",
                "start_time": began,
                "end_time": self.at,
                **own,
                **failed,
            }
        )
        return phases


def _failure(error: bytes | None) -> Document:
    """Return what marks a segment as failed, with the function's own words; empty if it is not."""
    if error is None:
        return {}
    try:
        told = json.loads(error)
    except ValueError:
        told = {}
    told = told if isinstance(told, dict) else {}
    return failure(str(told.get("errorType", "")), str(told.get("errorMessage", "")))


def failure(kind: str, message: str) -> Document:
    """Return what marks a segment as failed."""
    exception = {
        "id": generate_random_id(),
        "type": kind,
        "message": message[:_LONGEST_MESSAGE],
    }
    return {"fault": True, "cause": {"exceptions": [exception]}}

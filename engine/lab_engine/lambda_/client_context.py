"""Hands the caller's ClientContext on to the function, which LocalStack drops on the way."""

import base64
import binascii
from collections.abc import Callable
from typing import Any

from localstack.services.lambda_.invocation.execution_environment import ExecutionEnvironment
from localstack.utils.patch import patch

from lab_engine.lambda_.executor import ProcessRuntimeExecutor


def install() -> None:
    """Makes each invocation known to the executor with its client context."""

    @patch(ExecutionEnvironment.invoke)  # type: ignore[untyped-decorator]
    def invoke(proceed: Callable[..., Any], self: ExecutionEnvironment, invocation: Any) -> Any:
        executor = self.runtime_executor
        if isinstance(executor, ProcessRuntimeExecutor):
            executor.client_context = decode(invocation.client_context)
        return proceed(self, invocation)


def decode(client_context: str | None) -> str | None:
    """The JSON inside the base64 of the X-Amz-Client-Context header; other text as it is."""
    if not client_context:
        return None
    try:
        return base64.b64decode(client_context, validate=True).decode()
    except (binascii.Error, UnicodeDecodeError):
        return client_context

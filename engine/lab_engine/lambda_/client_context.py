"""Hands the caller's ClientContext on to the function, which LocalStack drops on the way."""

import base64
import binascii
from collections.abc import Callable
from typing import Any

from lab_engine.lambda_.executor import ProcessRuntimeExecutor


def keep_client_context(invoke: Callable[..., Any], self: Any, invocation: Any) -> Any:
    """Make an invocation known to the executor with its client context."""
    executor = self.runtime_executor
    if isinstance(executor, ProcessRuntimeExecutor):
        executor.client_context = decode(invocation.client_context)
    return invoke(self, invocation)


def decode(client_context: str | None) -> str | None:
    """The JSON inside the base64 of the X-Amz-Client-Context header; other text as it is."""
    if not client_context:
        return None
    try:
        return base64.b64decode(client_context, validate=True).decode()
    except (binascii.Error, UnicodeDecodeError):
        return client_context

"""Pass the caller's ClientContext to the function; LocalStack drops it."""

import base64
import binascii
from collections.abc import Callable
from typing import Any

from lab_engine.lambda_.executor import ProcessRuntimeExecutor


def keep_client_context(invoke: Callable[..., Any], self: Any, invocation: Any) -> Any:
    """Tell the executor the client context of an invocation before it begins."""
    executor = self.runtime_executor
    if isinstance(executor, ProcessRuntimeExecutor):
        executor.client_context = decode(invocation.client_context)
    return invoke(self, invocation)


def decode(client_context: str | None) -> str | None:
    """Return the JSON inside the base64 of X-Amz-Client-Context; other text unchanged."""
    if not client_context:
        return None
    try:
        return base64.b64decode(client_context, validate=True).decode()
    except (binascii.Error, UnicodeDecodeError):
        return client_context

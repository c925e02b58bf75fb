"""What Lambda refuses before it invokes a function: payloads that are too large or not JSON.

See https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html
"""

import json
from collections.abc import Callable
from typing import Any

from localstack.aws.api.lambda_ import (
    InvalidRequestContentException,
    InvocationType,
    RequestTooLargeException,
)
from localstack.services.lambda_.invocation.lambda_service import LambdaService

from lab_engine.lambda_.bootstrap import refuse_constant

MAX_REQUEST_BYTES = {
    InvocationType.RequestResponse: 6 * 1024 * 1024,
    InvocationType.Event: 1024 * 1024,
}


def invoke_checked(
    proceed: Callable[..., Any],
    self: LambdaService,
    *args: object,
    invocation_type: str | None = None,
    payload: bytes | None = None,
    **kwargs: object,
) -> Any:
    """Check the payload before an invocation begins."""
    check_payload(payload or b"{}", invocation_type or InvocationType.RequestResponse)
    # An empty body is an empty object, as a missing one is.
    return proceed(self, *args, invocation_type=invocation_type, payload=payload or None, **kwargs)


def check_payload(payload: bytes, invocation_type: str) -> None:
    """Refuse a bad payload as AWS does.

    Raises:
        RequestTooLargeException: It is too large.
        InvalidRequestContentException: It is not JSON.
    """
    limit = MAX_REQUEST_BYTES.get(invocation_type)
    if limit is not None and len(payload) > limit:
        message = (
            f"{len(payload)} byte payload is too large for the {invocation_type} invocation type "
            f"(limit {limit} bytes)"
        )
        raise RequestTooLargeException(message, Type="User")
    try:
        json.loads(payload, parse_constant=refuse_constant)
    except ValueError as error:
        message = (
            f"Could not parse request body into json: Could not parse payload into json: {error}"
        )
        raise InvalidRequestContentException(message, Type="User") from error

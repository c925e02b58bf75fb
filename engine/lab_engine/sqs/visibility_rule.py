"""Refuse a mapping whose messages would become visible again while the function still runs.

Source: "Creating and configuring an Amazon SQS event source mapping" in the Lambda developer guide.
"""

from collections.abc import Callable
from typing import Any

from localstack.aws.api.lambda_ import InvalidParameterValueException
from localstack.services.sqs.models import sqs_stores
from localstack.utils.aws.arns import parse_arn


def check_visibility(
    validate: Callable[..., Any], self: Any, context: Any, request: dict[str, Any]
) -> Any:
    """Refuse a mapping whose messages would come back while the function still runs."""
    validated = validate(self, context, request)
    function_version = validated[3]
    visibility = _visibility_timeout(request.get("EventSourceArn", ""))
    timeout = function_version.config.timeout
    if visibility is not None and visibility < timeout:
        message = (
            f"Queue visibility timeout: {visibility} seconds is less than "
            f"Function timeout: {timeout} seconds"
        )
        raise InvalidParameterValueException(message, Type="User")
    return validated


def _visibility_timeout(source_arn: str) -> int | None:
    """Return the queue's visibility timeout in seconds; None if the source is not a known queue."""
    if ":sqs:" not in source_arn:
        return None
    arn = parse_arn(source_arn)
    queue = sqs_stores[arn["account"]][arn["region"]].queues.get(arn["resource"])
    return int(queue.visibility_timeout) if queue else None

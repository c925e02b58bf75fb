"""Store log lines in moto's store directly: a function's lines come with each invocation.

LocalStack hands PutLogEvents to moto as an HTTP request, which moto parses, and then parses the
answer: two thirds of what a call takes.
"""

from typing import Any

from localstack.aws.api import CommonServiceException
from localstack.services.logs.models import get_moto_logs_backend
from moto.core.exceptions import RESTError


def put_in_store(context: Any) -> Any:
    """Answer a PutLogEvents request as moto does.

    Args:
        context: The request, LocalStack's own object.

    Raises:
        CommonServiceException: What moto refuses it with.
    """
    request = context.service_request
    backend = get_moto_logs_backend(context.account_id, context.region)
    try:
        token, rejected = backend.put_log_events(
            request["logGroupName"], request["logStreamName"], request["logEvents"]
        )
    except RESTError as error:
        raise CommonServiceException(error.error_type, error.message) from None
    told = {"nextSequenceToken": token}
    return {**told, "rejectedLogEventsInfo": rejected} if rejected else told

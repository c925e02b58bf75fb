"""Calls that LocalStack makes under a service's name to keep its own books.

On AWS nobody sees them and no policy decides them: an archive of EventBridge is not a rule there,
and whether the target of a subscription filter exists is not asked with the role that writes to it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from localstack.aws.api import RequestContext

_CALLS: Final = {
    ("events", "events"): ("PutRule", "DeleteRule", "PutTargets", "RemoveTargets"),
    ("logs", "firehose"): ("DescribeDeliveryStream",),
    ("logs", "kinesis"): ("DescribeStream",),
    ("logs", "lambda"): ("GetFunction",),
}
"""The service in whose name, the service that is called, and the operations."""


def is_that(context: RequestContext) -> bool:
    """Whether the request is one of these calls."""
    internal = context.internal_request_params
    if internal is None:
        return False
    called = internal.get("service_principal"), context.service.service_name
    return context.operation.name in _CALLS.get(called, ())

"""Calls that LocalStack makes in a service's name for its own purposes.

AWS does not make them, so no policy decides about them: on AWS an archive of EventBridge is not a
rule, and the role of a subscription filter is not used to check that its target exists.
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
"""The service in whose name LocalStack calls, the service it calls, and the operations."""


def is_internal(context: RequestContext) -> bool:
    """Tell whether the request is one of these calls."""
    internal = context.internal_request_params
    if internal is None:
        return False
    called = internal.get("service_principal"), context.service.service_name
    return context.operation.name in _CALLS.get(called, ())

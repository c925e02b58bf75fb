"""Which operations of AWS change nothing, by botocore's description of each service."""

from typing import Final

from botocore.model import OperationModel

_VERBS: Final = (
    "BatchGet",
    "Describe",
    "Filter",
    "Get",
    "Head",
    "List",
    "Lookup",
    "Simulate",
    "Validate",
)
"""How the names of operations begin that only read."""

_CHANGE_ALL_THE_SAME: Final = {
    # It hands the next task out, which nobody else gets then.
    ("stepfunctions", "GetActivityTask"),
    # They hand out keys, which outlive the console.
    ("sts", "GetFederationToken"),
    ("sts", "GetSessionToken"),
}
_READING_METHODS: Final = ("GET", "HEAD")
_REST: Final = ("rest-json", "rest-xml")


def only_reads(operation: OperationModel) -> bool:
    """Return whether an operation changes nothing in the cloud; when in doubt it does not count.

    The name must be one of those that AWS gives to reading. Where the protocol is REST, the HTTP
    method must be too; other protocols send everything by POST.

    Args:
        operation: Of botocore.
    """
    service = operation.service_model
    if (service.service_name, operation.name) in _CHANGE_ALL_THE_SAME:
        return False
    if service.protocol in _REST and operation.http["method"] not in _READING_METHODS:
        return False
    return operation.name.startswith(_VERBS)

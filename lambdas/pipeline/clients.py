"""AWS clients with time limits, and the failures that may pass without a change."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import boto3
from botocore.config import Config
from botocore.exceptions import (
    BotoCoreError,
    ClientError,
    HTTPClientError,
    IncompleteReadError,
    ResponseStreamingError,
)

from pipeline.configuration import optional_account
from pipeline.errors import TransientServiceError

if TYPE_CHECKING:
    from collections.abc import Iterator

    from mypy_boto3_s3.client import S3Client

CLIENT_CONFIG = Config(
    connect_timeout=3,
    read_timeout=15,
    retries={"mode": "standard", "total_max_attempts": 3},
)
"""Short limits: a service that does not answer is noticed before the function's timeout."""

_THROTTLING_CODES = frozenset(
    {
        "EC2ThrottledException",
        "PriorRequestNotComplete",
        "RequestLimitExceeded",
        "RequestThrottled",
        "RequestThrottledException",
        "RequestTimeout",
        "RequestTimeoutException",
        "SlowDown",
        "Throttled",
        "ThrottledException",
        "Throttling",
        "ThrottlingException",
        "TooManyRequestsException",
    }
)
_OWNERS = ("ExpectedBucketOwner", "ExpectedSourceBucketOwner")
_BUSY = frozenset({429, 503})
_SERVER_ERROR = 500
_NOT_IMPLEMENTED = 501


def s3_client() -> S3Client:
    """Return a client of S3 that says whose each bucket must be, where BUCKET_OWNER tells that.

    The name of a bucket that was deleted can become another account's (S3 user guide, "Verifying
    bucket ownership with bucket owner condition").

    Raises:
        ConfigurationError: BUCKET_OWNER is not the number of an account.
    """
    client = boto3.client("s3", config=CLIENT_CONFIG)
    owner = optional_account("BUCKET_OWNER")
    if owner:

        def name_owner(params: dict[str, Any], model: Any, **_: object) -> None:
            taken = model.input_shape.members if model.input_shape else ()
            params.update({name: owner for name in _OWNERS if name in taken})

        client.meta.events.register("provide-client-params.s3.*", name_owner)
    return client


def error_code(error: ClientError) -> str:
    """Return the service's own error code, for example `NoSuchKey` or `412`."""
    return error.response.get("Error", {}).get("Code", "")


def error_name(error: ClientError | BotoCoreError) -> str:
    """Return a failed request's name for the log: the service's code, or the SDK's error."""
    return error_code(error) if isinstance(error, ClientError) else type(error).__name__


def is_throttled(error: ClientError) -> bool:
    """Tell whether the service was throttling, which is not about this one call."""
    return error_code(error) in _THROTTLING_CODES or _status(error) in _BUSY


def is_transient(error: ClientError) -> bool:
    """Tell whether the same call may work later: throttling and server-side failures."""
    status = _status(error)
    return is_throttled(error) or (status >= _SERVER_ERROR and status != _NOT_IMPLEMENTED)


def _status(error: ClientError) -> int:
    return error.response.get("ResponseMetadata", {}).get("HTTPStatusCode", 0)


@contextmanager
def transient_errors_named() -> Iterator[None]:
    """Raise TransientServiceError for failures of AWS that may pass; leave others as they are.

    The SDK has retried by then. By this name the state machine retries these failures only.
    """
    try:
        yield
    except ClientError as error:
        if not is_transient(error):
            raise
        raise TransientServiceError(f"{error.operation_name}: {error_code(error)}") from error
    except (HTTPClientError, IncompleteReadError, ResponseStreamingError) as error:
        raise TransientServiceError(type(error).__name__) from error

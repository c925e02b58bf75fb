"""What each service answers when it throttles or fails: its own code, status and wording.

Sources: the "Common errors" and "Error responses" pages of each service's API reference, and
botocore's models where they declare the error. botocore retries all of these by itself.
"""

from dataclasses import dataclass

from localstack.aws.api import CommonServiceException


@dataclass(frozen=True)
class Answer:
    """One error of a service; `of_sender` marks the caller's fault in the XML protocols."""

    code: str
    status: int
    message: str
    of_sender: bool = False

    def as_exception(self) -> CommonServiceException:
        """Return the exception that LocalStack writes in the service's own protocol."""
        return CommonServiceException(self.code, self.message, self.status, self.of_sender)


THROTTLED: dict[str, Answer] = {
    "s3": Answer("SlowDown", 503, "Please reduce your request rate."),
    "sqs": Answer("RequestThrottled", 400, "Request was throttled.", of_sender=True),
    "stepfunctions": Answer("ThrottlingException", 400, "Rate exceeded", of_sender=True),
    "sns": Answer("Throttling", 400, "Rate exceeded", of_sender=True),
    "lambda": Answer("TooManyRequestsException", 429, "Rate Exceeded.", of_sender=True),
    "logs": Answer("ThrottlingException", 400, "Rate exceeded", of_sender=True),
    "cloudwatch": Answer("Throttling", 400, "Rate exceeded", of_sender=True),
}

FAILED: dict[str, Answer] = {
    "s3": Answer("InternalError", 500, "We encountered an internal error. Please try again."),
    "sqs": Answer("InternalFailure", 500, "The request processing has failed."),
    "stepfunctions": Answer("InternalFailure", 500, "The request processing has failed."),
    "sns": Answer("InternalError", 500, "An internal service error occurred."),
    "lambda": Answer("ServiceException", 500, "An error occurred and the request cannot be run."),
    "logs": Answer("ServiceUnavailableException", 500, "The service cannot complete the request."),
    "cloudwatch": Answer("InternalServiceError", 500, "The request processing has failed."),
}

SERVICES: tuple[str, ...] = tuple(THROTTLED)
"""The services that can be made faulty, by botocore's names."""

"""A stand-in for the clients of a cloud in which nothing exists."""

from typing import Any, Self

from botocore.exceptions import ClientError

SERVICES = ("cloudwatch", "lambda", "logs", "s3", "sns", "sqs", "stepfunctions")


def missing(code: str = "NoSuchBucket", operation: str = "Read") -> ClientError:
    return ClientError({"Error": {"Code": code, "Message": "It does not exist."}}, operation)


class EmptyService:
    """A service in which nothing exists: lists are empty, everything else is refused."""

    class exceptions:  # noqa: N801 - boto3's name
        class StateMachineDoesNotExist(ClientError):  # noqa: N818 - boto3's name
            pass

    def list_event_source_mappings(self, **_: str) -> dict[str, list[Any]]:
        return {"EventSourceMappings": []}

    def list_buckets(self) -> dict[str, list[Any]]:
        return {"Buckets": []}

    def get_paginator(self, _operation: str) -> Self:
        return self

    def paginate(self, **asked: Any) -> list[dict[str, Any]]:
        if asked:  # for what is in a bucket, of a state machine, or subscribed to a topic
            raise missing("StateMachineDoesNotExist", "ListExecutions")
        return []

    def __getattr__(self, operation: str) -> Any:
        def refuse(**_: Any) -> Any:
            raise missing("AWS.SimpleQueueService.NonExistentQueue", operation)

        return refuse

"""Refuse the subjects that SNS refuses; LocalStack accepts almost all.

The rule is that of the Publish API reference: UTF-8 text without line breaks and control
characters, less than 100 characters long.
"""

import unicodedata
from collections.abc import Callable
from typing import Any

from localstack.aws.api.sns import InvalidParameterException

_MAX_CHARACTERS = 99


def is_valid_subject(subject: str) -> bool:
    """Tell whether SNS accepts this subject."""
    has_control = any(unicodedata.category(character) == "Cc" for character in subject)
    return 0 < len(subject) <= _MAX_CHARACTERS and not has_control


def _require_valid(subject: str | None) -> None:
    if subject is not None and not is_valid_subject(subject):
        message = "Invalid parameter: Subject"
        raise InvalidParameterException(message)


def publish_checked(
    publish: Callable[..., Any], self: Any, context: Any, *args: object, **kwargs: Any
) -> Any:
    """Check the subject of Publish."""
    _require_valid(kwargs.get("subject"))
    return publish(self, context, *args, **kwargs)


def publish_batch_checked(
    publish_batch: Callable[..., Any],
    self: Any,
    context: Any,
    topic_arn: str,
    publish_batch_request_entries: list[dict[str, Any]],
    **kwargs: object,
) -> Any:
    """Check the subject of each entry of PublishBatch."""
    for entry in publish_batch_request_entries:
        _require_valid(entry.get("Subject"))
    return publish_batch(self, context, topic_arn, publish_batch_request_entries, **kwargs)

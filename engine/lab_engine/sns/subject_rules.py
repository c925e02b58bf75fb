"""Refuses the subjects SNS refuses; LocalStack lets almost anything pass.

The rule is that of the Publish API reference: UTF-8 text without line breaks and control
characters, less than 100 characters long.
"""

import unicodedata
from collections.abc import Callable
from typing import Any

from localstack.aws.api.sns import InvalidParameterException
from localstack.services.sns.provider import SnsProvider
from localstack.utils.patch import patch

_MAX_CHARACTERS = 99


def install() -> None:
    """Checks the subject of Publish and of each entry of PublishBatch."""
    patch(SnsProvider.publish)(_publish)
    patch(SnsProvider.publish_batch)(_publish_batch)


def is_valid_subject(subject: str) -> bool:
    """Whether SNS takes this subject."""
    has_control = any(unicodedata.category(character) == "Cc" for character in subject)
    return 0 < len(subject) <= _MAX_CHARACTERS and not has_control


def _require_valid(subject: str | None) -> None:
    if subject is not None and not is_valid_subject(subject):
        message = "Invalid parameter: Subject"
        raise InvalidParameterException(message)


def _publish(
    publish: Callable[..., Any], self: Any, context: Any, *args: Any, **kwargs: Any
) -> Any:
    _require_valid(kwargs.get("subject"))
    return publish(self, context, *args, **kwargs)


def _publish_batch(
    publish_batch: Callable[..., Any],
    self: Any,
    context: Any,
    topic_arn: str,
    publish_batch_request_entries: list[dict[str, Any]],
    **kwargs: Any,
) -> Any:
    for entry in publish_batch_request_entries:
        _require_valid(entry.get("Subject"))
    return publish_batch(self, context, topic_arn, publish_batch_request_entries, **kwargs)

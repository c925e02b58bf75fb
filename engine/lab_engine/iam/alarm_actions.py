"""Sign an alarm's actions as CloudWatch, so that the topic's own policy decides.

LocalStack publishes them as the account's root, which no policy can refuse.
"""

from __future__ import annotations

import logging
from contextvars import ContextVar
from typing import TYPE_CHECKING, Any, Final

from botocore.exceptions import ClientError
from localstack.aws.connect import connect_to
from localstack.utils.aws.arns import cloudwatch_alarm_arn

if TYPE_CHECKING:
    from collections.abc import Callable

LOG = logging.getLogger(__name__)

_FORBIDDEN: Final = 403
_alarm: ContextVar[str] = ContextVar("alarm")


def remember_alarm(
    set_alarm_state: Callable[..., None],
    self: Any,
    context: Any,
    alarm_name: str,
    *args: object,
    **kw: object,
) -> None:
    """Remember the alarm during its actions."""
    arn = cloudwatch_alarm_arn(
        alarm_name, account_id=context.account_id, region_name=context.region
    )
    token = _alarm.set(arn)
    try:
        set_alarm_state(self, context, alarm_name, *args, **kw)
    finally:
        _alarm.reset(token)


class AlarmClients:
    """Stands in for `connect_to` inside LocalStack's CloudWatch."""

    def __init__(self, *, region_name: str, aws_access_key_id: str) -> None:
        self._factory = connect_to(region_name=region_name, aws_access_key_id=aws_access_key_id)

    @property
    def sns(self) -> _Action:
        """SNS, as CloudWatch."""
        return self._as("cloudwatch", self._factory.sns)

    @property
    def lambda_(self) -> _Action:
        """Lambda, as CloudWatch's alarms."""
        return self._as("lambda.alarms.cloudwatch", self._factory.lambda_)

    def _as(self, service: str, client: Any) -> _Action:
        return _Action(client.request_metadata(_alarm.get(), service))


class _Action:
    """A client whose refused call does not change the alarm's new state, as on AWS."""

    def __init__(self, client: Any) -> None:
        self._client = client

    def __getattr__(self, operation: str) -> Callable[..., None]:
        def call(**parameters: Any) -> None:
            try:
                getattr(self._client, operation)(**parameters)
            except ClientError as error:
                if error.response["ResponseMetadata"]["HTTPStatusCode"] != _FORBIDDEN:
                    raise
                LOG.warning("Failed to execute action of %s: %s", _alarm.get(), error)

        return call

"""Corrects what an alarm's notification says: the region's long name, and its time in UTC."""

import json
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

from localstack.services.cloudwatch import provider_v2
from localstack.services.cloudwatch.provider_v2 import CloudwatchProvider
from localstack.utils.patch import patch

from lab_engine.region_names import long_region_name


def install() -> None:
    """Corrects state changes and the messages made of them."""
    patch(CloudwatchProvider._update_state)(_update_state)
    patch(provider_v2.create_message_response_update_state_sns)(_with_long_region_name)


def _update_state(
    update: Callable[..., None], self: Any, context: Any, alarm: Any, *args: Any, **kwargs: Any
) -> None:
    """LocalStack stamps the machine's local time and calls it UTC."""
    update(self, context, alarm, *args, **kwargs)
    alarm.alarm["StateUpdatedTimestamp"] = datetime.now(UTC)


def _with_long_region_name(create: Callable[..., str], alarm: Any, old_state: str) -> str:
    notification = json.loads(create(alarm, old_state))
    notification["Region"] = long_region_name(alarm.region)
    if datapoints := alarm.alarm.get("DatapointsToAlarm"):
        notification["Trigger"]["DatapointsToAlarm"] = datapoints
    return json.dumps(notification)

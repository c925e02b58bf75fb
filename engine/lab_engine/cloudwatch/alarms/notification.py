"""Corrects what an alarm's notification says: the region's long name, and its time in UTC."""

import json
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

from lab_engine.region_names import long_region_name


def stamp_in_utc(
    update: Callable[..., None], self: Any, context: Any, alarm: Any, *args: Any, **kwargs: Any
) -> None:
    """LocalStack stamps the machine's local time and calls it UTC."""
    update(self, context, alarm, *args, **kwargs)
    alarm.alarm["StateUpdatedTimestamp"] = datetime.now(UTC)


def complete_notification(create: Callable[..., str], alarm: Any, old_state: str) -> str:
    """Name the region as AWS does, and how many data points decide."""
    notification = json.loads(create(alarm, old_state))
    notification["Region"] = long_region_name(alarm.region)
    if datapoints := alarm.alarm.get("DatapointsToAlarm"):
        notification["Trigger"]["DatapointsToAlarm"] = datapoints
    return json.dumps(notification)

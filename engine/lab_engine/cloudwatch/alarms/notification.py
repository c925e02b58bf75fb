"""Correct an alarm's notification: the region's long name, and its time in UTC."""

import json
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

from lab_engine.region_names import long_region_name


def stamp_in_utc(
    update: Callable[..., None],
    self: Any,
    context: Any,
    alarm: Any,
    *args: object,
    **kwargs: object,
) -> None:
    """Set the time of a state in UTC, in the history too.

    LocalStack sets the local time as UTC, and in the history that of the state before.
    """
    update(self, context, alarm, *args, **kwargs)
    now = datetime.now(UTC)
    alarm.alarm["StateUpdatedTimestamp"] = now
    self.get_store(context.account_id, context.region).histories[-1]["Timestamp"] = now


def complete_notification(create: Callable[..., str], alarm: Any, old_state: str) -> str:
    """Add the region's name as AWS writes it, and DatapointsToAlarm."""
    notification = json.loads(create(alarm, old_state))
    notification["Region"] = long_region_name(alarm.region)
    if datapoints := alarm.alarm.get("DatapointsToAlarm"):
        notification["Trigger"]["DatapointsToAlarm"] = datapoints
    return json.dumps(notification)

"""Turn CloudWatch's alarm notification, which is JSON, into the text of AWS's mail."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from urllib.parse import quote

from lab_engine.region_names import long_region_name

_ALARM_KEYS = frozenset(
    {"AlarmName", "NewStateValue", "NewStateReason", "AlarmArn", "AWSAccountId"}
)


@dataclass(frozen=True)
class AlarmText:
    """The subject and text of an alarm's mail."""

    subject: str
    body: str


def readable_alarm(message: str) -> AlarmText | None:
    """Return an alarm notification as AWS mails it.

    Args:
        message: The message that was published to the topic.

    Returns:
        The mail, or None if the message is not the notification of a metric alarm.
    """
    if not message.startswith("{"):
        return None
    try:
        notification = json.loads(message)
    except ValueError:
        return None
    if not isinstance(notification, dict) or not notification.keys() >= _ALARM_KEYS:
        return None
    if "Trigger" not in notification:  # a composite alarm: AWS mails it in another form
        return None
    return AlarmText(_subject(notification), _body(notification))


def _region_of(notification: Mapping[str, Any]) -> str:
    return str(notification["AlarmArn"].split(":")[3])


def _subject(notification: Mapping[str, Any]) -> str:
    place = long_region_name(_region_of(notification))
    return f'{notification["NewStateValue"]}: "{notification["AlarmName"]}" in {place}'


def _body(notification: Mapping[str, Any]) -> str:
    region = _region_of(notification)
    name = notification["AlarmName"]
    state = notification["NewStateValue"]
    reason = notification["NewStateReason"]
    moment = _long_time(notification["StateChangeTime"])
    console = (
        f"https://{region}.console.aws.amazon.com/cloudwatch/deeplink.js?region={region}"
        f"#alarmsV2:alarm/{quote(name)}"
    )
    return "\n".join(
        [
            f'You are receiving this email because your Amazon CloudWatch Alarm "{name}" in the '
            f"{long_region_name(region)} region has entered the {state} state, because "
            f'"{reason}" at "{moment}".',
            "",
            "View this alarm in the AWS Management Console:",
            console,
            "",
            "Alarm Details:",
            *_aligned(
                {
                    "Name": name,
                    "Description": notification.get("AlarmDescription") or "",
                    "State Change": f"{notification['OldStateValue']} -> {state}",
                    "Reason for State Change": reason,
                    "Timestamp": moment,
                    "AWS Account": notification["AWSAccountId"],
                    "Alarm Arn": notification["AlarmArn"],
                }
            ),
            "",
            *_trigger_lines(notification["Trigger"]),
            "",
            "State Change Actions:",
            f"- OK: {_actions(notification, 'OKActions')}",
            f"- ALARM: {_actions(notification, 'AlarmActions')}",
            f"- INSUFFICIENT_DATA: {_actions(notification, 'InsufficientDataActions')}",
        ]
    )


def _trigger_lines(trigger: Mapping[str, Any]) -> list[str]:
    """Return the lines about the alarm's metric and threshold."""
    dimensions = ", ".join(f"{d['name']} = {d['value']}" for d in trigger["Dimensions"] or [])
    periods = trigger["EvaluationPeriods"]
    breaching = trigger.get("DatapointsToAlarm") or periods
    statistic = trigger.get("ExtendedStatistic") or str(trigger.get("Statistic", "")).capitalize()
    return [
        "Threshold:",
        f"- The alarm is in the ALARM state when the metric is {trigger['ComparisonOperator']} "
        f"{trigger['Threshold']} for at least {breaching} of the last {periods} period(s) of "
        f"{trigger['Period']} seconds.",
        "",
        "Monitored Metric:",
        *_aligned(
            {
                "MetricNamespace": trigger["Namespace"],
                "MetricName": trigger["MetricName"],
                "Dimensions": f"[{dimensions}]",
                "Period": f"{trigger['Period']} seconds",
                "Statistic": statistic,
                "Unit": trigger.get("Unit") or "not specified",
                "TreatMissingData": trigger.get("TreatMissingData") or "missing",
            }
        ),
    ]


def _aligned(values: Mapping[str, str]) -> list[str]:
    width = max(len(label) for label in values) + 2
    return [f"- {label + ':':<{width}}{value}".rstrip() for label, value in values.items()]


def _actions(notification: Mapping[str, Any], key: str) -> str:
    actions = notification.get(key) or []
    return f"[{', '.join(actions)}]" if actions else ""


def _long_time(stamp: str) -> str:
    """Return an ISO time in AWS's form: `Monday 23 November, 2026 15:51:00 UTC`."""
    return datetime.fromisoformat(stamp).strftime("%A %d %B, %Y %H:%M:%S UTC")

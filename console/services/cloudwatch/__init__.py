"""CloudWatch: dashboards, alarms, metrics, logs."""

from console.service import Service
from console.services.cloudwatch import alarms, dashboards, logs, metrics, tail

SERVICE = Service(
    "cloudwatch",
    "CloudWatch",
    "insights",
    {
        "": dashboards.dashboards,
        "dashboard": dashboards.dashboard,
        "alarms": alarms.alarms,
        "alarm": alarms.alarm,
        "metrics": metrics.metrics,
        "groups": logs.groups,
        "group": logs.group,
        "events": logs.events,
        "tail": tail.tail,
    },
)

"""CloudWatch alarms evaluated when and as AWS evaluates them.

LocalStack looks at an alarm once at its creation and then every EvaluationPeriods x Period, so a
five-minute alarm is up to five minutes late; it knows neither expressions nor percentiles, counts
more data points than the alarm asks for, and says `Threshold Crossed` without a figure.
"""

from lab_engine.cloudwatch.alarms import notification, schedule


def install() -> None:
    """Replaces LocalStack's alarm schedule and completes what alarms send."""
    schedule.install()
    notification.install()

"""Put an alarm on a metric that nobody has ever sent, and ask for its state."""

from course.language import Text
from course.question import Tell
from course.sandbox import Sandbox

NAME = "pipeline-state-experiment"


def run(sandbox: Sandbox, tell: Tell) -> str:
    """Read the state of a new alarm; `b` when it has not enough data."""
    cloudwatch = sandbox.client("cloudwatch")
    cloudwatch.put_metric_alarm(
        AlarmName=NAME,
        Namespace="CSVPipelineExperiment",
        MetricName="NeverSent",
        Statistic="Sum",
        Period=60,
        EvaluationPeriods=1,
        Threshold=0,
        ComparisonOperator="GreaterThanThreshold",
    )
    try:
        found = cloudwatch.describe_alarms(AlarmNames=[NAME])["MetricAlarms"]
    finally:
        cloudwatch.delete_alarms(AlarmNames=[NAME])
    state = found[0]["StateValue"]
    tell(Text(th=f"สถานะของ alarm ใหม่: {state}", en=f"The state of a new alarm: {state}"))
    return {"OK": "a", "INSUFFICIENT_DATA": "b"}.get(state, "c")

"""What the tests find wrong with a call is what AWS's models forbid."""

import pytest

from tests.aws_models import complaints

ALARM = {"AlarmName": "a", "EvaluationPeriods": 1, "ComparisonOperator": "GreaterThanThreshold"}


@pytest.mark.parametrize(
    ("service", "operation", "parameters"),
    [
        ("cloudwatch", "PutMetricAlarm", {**ALARM, "ComparisonOperator": "Greater"}),
        ("cloudwatch", "PutMetricAlarm", {**ALARM, "AlarmName": "a" * 256}),
        ("cloudwatch", "PutMetricAlarm", {**ALARM, "EvaluationPeriods": 0}),
        ("iam", "GetRole", {"RoleName": "a/b"}),
        ("iam", "TagRole", {"RoleName": "a", "Tags": [{"Key": "a", "Value": "<"}]}),
        ("lambda", "CreateFunction", {"Environment": {"Variables": {"a-b": "c"}}}),
        ("sqs", "TagQueue", {"QueueUrl": "u", "Tagz": {}}),
    ],
)
def test_what_the_model_forbids_is_named(
    service: str, operation: str, parameters: dict[str, object]
) -> None:
    [told] = complaints(service, operation, parameters)
    assert told.startswith(f"{service} {operation}.")


def test_what_the_model_allows_is_not() -> None:
    assert complaints("cloudwatch", "PutMetricAlarm", ALARM) == []
    tags = [{"Key": "งาน a", "Value": "lab=1"}]
    assert complaints("iam", "TagRole", {"RoleName": "a", "Tags": tags}) == []

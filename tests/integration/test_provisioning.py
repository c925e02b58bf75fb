"""What stands in the account after provisioning, compared with the contract item by item.

The contract's figures are written out here once more, by hand: were they read from the settings,
a wrong setting would agree with itself.
"""

from __future__ import annotations

import json
from functools import partial
from typing import TYPE_CHECKING, Any

import pytest

from tests.integration.queues import TestedQueue
from tests.integration.sales_files import ONE_SALE
from tests.waiting import PATIENCE, wait_until

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from tests.integration.lab_under_test import LabUnderTest

ACCOUNT = "000000000000"
REGION = "ap-southeast-1"
DAY_SECONDS = 86_400

# SQS reports its gauges once a minute.
SQS_METRIC_PERIOD_SECONDS = 60

NUMBERS = {
    "workshop": {
        "batch_window": 10,
        "processor_timeout": 10,
        "visibility": 70,
        "errors_period": 300,
        "dlq_period": 60,
    },
    "quick": {
        "batch_window": 0,
        "processor_timeout": 10,
        "visibility": 12,
        "errors_period": 10,
        "dlq_period": 10,
    },
}

FUNCTIONS = {
    "csv-validator": (30, 256),
    "csv-processor": (None, 256),  # its timeout depends on the profile
    "parse-csv": (55, 256),
    "validate-schema": (25, 128),
    "transform-data": (110, 512),
    "move-to-failed": (25, 128),
    "send-notification": (25, 128),
}
STATE_TIMEOUTS = {
    "ParseCSV": (60, "parse-csv"),
    "ValidateSchema": (30, "validate-schema"),
    "TransformData": (120, "transform-data"),
    "MoveToFailed": (30, "move-to-failed"),
    "SendSuccessNotification": (30, "send-notification"),
    "SendFailureNotification": (30, "send-notification"),
}
TOPIC_ARN = f"arn:aws:sns:{REGION}:{ACCOUNT}:pipeline-notifications"
STATE_MACHINE_ARN = f"arn:aws:states:{REGION}:{ACCOUNT}:stateMachine:ProcessCSVWorkflow"


@pytest.fixture(scope="module")
def numbers(lab: LabUnderTest) -> dict[str, int]:
    """The numbers of the lab's profile."""
    return NUMBERS[lab.settings.profile.name]


@pytest.fixture(scope="module")
def definition(lab: LabUnderTest) -> dict[str, Any]:
    """The state machine's definition as it stands in Step Functions."""
    machine = lab.client("stepfunctions").describe_state_machine(stateMachineArn=STATE_MACHINE_ARN)
    states: dict[str, Any] = json.loads(machine["definition"])
    return states


def function_arn(name: str) -> str:
    return f"arn:aws:lambda:{REGION}:{ACCOUNT}:function:{name}"


def queue_attributes(lab: LabUnderTest, name: str) -> dict[str, Any]:
    sqs = lab.client("sqs")
    url = sqs.get_queue_url(QueueName=name)["QueueUrl"]
    attributes: dict[str, Any] = sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["All"])[
        "Attributes"
    ]
    return attributes


def role_grants(lab: LabUnderTest, role: str) -> Iterator[tuple[str, str]]:
    iam = lab.client("iam")
    assert iam.list_attached_role_policies(RoleName=role)["AttachedPolicies"] == []
    for name in iam.list_role_policies(RoleName=role)["PolicyNames"]:
        document = iam.get_role_policy(RoleName=role, PolicyName=name)["PolicyDocument"]
        for statement in document["Statement"]:
            assert statement["Effect"] == "Allow"
            for action in statement["Action"]:
                for resource in statement["Resource"]:
                    yield action, resource


# Week 1 - events -----------------------------------------------------------------------------


def test_01_both_buckets_are_in_singapore_closed_and_unversioned_with_folder_markers(
    lab: LabUnderTest,
) -> None:
    s3, settings = lab.client("s3"), lab.settings
    for bucket in (settings.raw_bucket, settings.processed_bucket):
        assert s3.get_bucket_location(Bucket=bucket)["LocationConstraint"] == REGION
        blocks = s3.get_public_access_block(Bucket=bucket)["PublicAccessBlockConfiguration"]
        assert blocks == dict.fromkeys(
            ("BlockPublicAcls", "IgnorePublicAcls", "BlockPublicPolicy", "RestrictPublicBuckets"),
            True,
        )
        assert "Status" not in s3.get_bucket_versioning(Bucket=bucket)
    for marker in ("uploads/", "failed/"):
        assert s3.head_object(Bucket=settings.raw_bucket, Key=marker)["ContentLength"] == 0


def test_02_the_trigger_has_the_prefix_and_no_suffix_and_s3_is_permitted_for_our_bucket_only(
    lab: LabUnderTest,
) -> None:
    bucket = lab.settings.raw_bucket
    notification = lab.client("s3").get_bucket_notification_configuration(Bucket=bucket)
    (trigger,) = notification["LambdaFunctionConfigurations"]
    assert trigger["LambdaFunctionArn"] == function_arn("csv-validator")
    assert trigger["Events"] == ["s3:ObjectCreated:*"]
    rules = trigger["Filter"]["Key"]["FilterRules"]
    assert [(rule["Name"].lower(), rule["Value"]) for rule in rules] == [("prefix", "uploads/")]

    policy = json.loads(lab.client("lambda").get_policy(FunctionName="csv-validator")["Policy"])
    (statement,) = policy["Statement"]
    assert statement["Principal"] == {"Service": "s3.amazonaws.com"}
    assert statement["Action"] == "lambda:InvokeFunction"
    assert statement["Condition"] == {
        "ArnLike": {"AWS:SourceArn": f"arn:aws:s3:::{bucket}"},
        "StringEquals": {"AWS:SourceAccount": ACCOUNT},
    }


@pytest.mark.parametrize("name", FUNCTIONS)
def test_03_and_14_each_function_has_its_runtime_timeout_memory_and_role(
    lab: LabUnderTest, numbers: dict[str, int], name: str
) -> None:
    timeout, memory = FUNCTIONS[name]
    found = lab.client("lambda").get_function_configuration(FunctionName=name)
    assert found["Runtime"] == "python3.12"
    assert found["Architectures"] == ["x86_64"]
    assert (found["Timeout"], found["MemorySize"]) == (
        timeout or numbers["processor_timeout"],
        memory,
    )
    assert found["Role"] == f"arn:aws:iam::{ACCOUNT}:role/pipeline-{name}-role"
    assert found["State"] == "Active"


def test_09_an_upload_event_that_keeps_failing_goes_to_the_dlq_after_two_retries(
    lab: LabUnderTest,
) -> None:
    config = lab.client("lambda").get_function_event_invoke_config(FunctionName="csv-validator")
    assert config["MaximumRetryAttempts"] == 2
    assert config["DestinationConfig"]["OnFailure"] == {
        "Destination": f"arn:aws:sqs:{REGION}:{ACCOUNT}:pipeline-dlq"
    }


# Week 2 - queues -----------------------------------------------------------------------------


def test_12_the_dead_letter_queue_has_the_contract_s_attributes(lab: LabUnderTest) -> None:
    attributes = queue_attributes(lab, "pipeline-dlq")
    assert attributes["VisibilityTimeout"] == "30"
    assert attributes["MessageRetentionPeriod"] == str(14 * DAY_SECONDS)
    assert attributes["MaximumMessageSize"] == "262144"
    assert json.loads(attributes["RedriveAllowPolicy"]) == {
        "redrivePermission": "byQueue",
        "sourceQueueArns": [f"arn:aws:sqs:{REGION}:{ACCOUNT}:pipeline-main-queue"],
    }


def test_13_the_main_queue_has_the_contract_s_attributes(
    lab: LabUnderTest, numbers: dict[str, int]
) -> None:
    attributes = queue_attributes(lab, "pipeline-main-queue")
    assert attributes["VisibilityTimeout"] == str(numbers["visibility"])
    assert attributes["MessageRetentionPeriod"] == str(4 * DAY_SECONDS)
    assert attributes["MaximumMessageSize"] == "262144"
    assert attributes["ReceiveMessageWaitTimeSeconds"] == "20"
    assert json.loads(attributes["RedrivePolicy"]) == {
        "deadLetterTargetArn": f"arn:aws:sqs:{REGION}:{ACCOUNT}:pipeline-dlq",
        "maxReceiveCount": 3,
    }


def test_14_the_event_source_gathers_five_messages_and_lets_single_ones_fail(
    lab: LabUnderTest, numbers: dict[str, int]
) -> None:
    answer = lab.client("lambda").list_event_source_mappings(FunctionName="csv-processor")
    (mapping,) = answer["EventSourceMappings"]
    assert mapping["EventSourceArn"] == f"arn:aws:sqs:{REGION}:{ACCOUNT}:pipeline-main-queue"
    assert mapping["BatchSize"] == 5
    assert mapping["MaximumBatchingWindowInSeconds"] == numbers["batch_window"]
    assert mapping["FunctionResponseTypes"] == ["ReportBatchItemFailures"]
    assert mapping["State"] in ("Enabled", "Creating", "Enabling", "Updating")


# Week 3 - orchestration ----------------------------------------------------------------------


def test_22_the_state_machine_is_standard_with_a_timeout_and_logs_no_data(
    lab: LabUnderTest, definition: dict[str, Any]
) -> None:
    machine = lab.client("stepfunctions").describe_state_machine(stateMachineArn=STATE_MACHINE_ARN)
    assert machine["type"] == "STANDARD"
    assert definition["TimeoutSeconds"] > 0
    logging = machine.get("loggingConfiguration", {"level": "OFF"})
    assert logging["level"] == "OFF"
    assert not logging.get("includeExecutionData")


def test_23_the_state_machine_has_the_contract_s_states(definition: dict[str, Any]) -> None:
    states = {name: state["Type"] for name, state in definition["States"].items()}
    expected = dict.fromkeys(STATE_TIMEOUTS, "Task") | {
        "CheckValidation": "Choice",
        "ProcessingComplete": "Succeed",
        "ValidationFailed": "Fail",
        "HandleError": "Fail",
    }
    assert expected.items() <= states.items()


@pytest.mark.parametrize("state", STATE_TIMEOUTS)
def test_24_each_task_has_its_timeout_above_that_of_its_function(
    lab: LabUnderTest, definition: dict[str, Any], state: str
) -> None:
    seconds, name = STATE_TIMEOUTS[state]
    task = definition["States"][state]
    assert function_arn(name) in json.dumps(task), f"{state} does not invoke {name}"
    assert task["TimeoutSeconds"] == seconds
    function = lab.client("lambda").get_function_configuration(FunctionName=name)
    assert function["Timeout"] < seconds


def test_10_and_26_each_role_is_trusted_by_its_service_and_granted_nothing_on_everything(
    lab: LabUnderTest,
) -> None:
    iam = lab.client("iam")
    trusted = {f"pipeline-{name}-role": "lambda.amazonaws.com" for name in FUNCTIONS}
    trusted["pipeline-stepfunctions-role"] = "states.amazonaws.com"
    for role, service in trusted.items():
        (trust,) = iam.get_role(RoleName=role)["Role"]["AssumeRolePolicyDocument"]["Statement"]
        assert trust["Principal"] == {"Service": service}, role
        grants = list(role_grants(lab, role))
        assert grants, f"{role} may do nothing at all"
        assert not [grant for grant in grants if "*" in (grant[0].split(":")[1], grant[1])], role


def test_26_the_state_machine_s_role_invokes_the_five_task_functions_only(
    lab: LabUnderTest,
) -> None:
    machine = lab.client("stepfunctions").describe_state_machine(stateMachineArn=STATE_MACHINE_ARN)
    assert machine["roleArn"] == f"arn:aws:iam::{ACCOUNT}:role/pipeline-stepfunctions-role"
    tasks = {name for _, name in STATE_TIMEOUTS.values()}
    assert set(role_grants(lab, "pipeline-stepfunctions-role")) == {
        ("lambda:InvokeFunction", function_arn(name)) for name in tasks
    }


# Week 4 - notification and observation -------------------------------------------------------


def test_36_the_topic_has_its_name_and_both_subscriptions_confirmed(lab: LabUnderTest) -> None:
    sns = lab.client("sns")
    topic = sns.get_topic_attributes(TopicArn=TOPIC_ARN)["Attributes"]
    assert topic["DisplayName"] == "CSV Pipeline"
    subscriptions = sns.list_subscriptions_by_topic(TopicArn=TOPIC_ARN)["Subscriptions"]
    queue_arn = f"arn:aws:sqs:{REGION}:{ACCOUNT}:pipeline-notifications-queue"
    assert ("sqs", queue_arn) in [(each["Protocol"], each["Endpoint"]) for each in subscriptions]
    (mail,) = [each for each in subscriptions if each["Endpoint"] == lab.settings.email]
    assert mail["Protocol"] == "email"
    assert mail["SubscriptionArn"].startswith(TOPIC_ARN), "the subscription is not confirmed"

    policy = json.loads(queue_attributes(lab, "pipeline-notifications-queue")["Policy"])
    (statement,) = policy["Statement"]
    assert statement["Principal"] == {"Service": "sns.amazonaws.com"}
    assert statement["Condition"] == {"ArnEquals": {"aws:SourceArn": TOPIC_ARN}}


def test_40_the_dashboard_has_its_five_widgets_over_all_seven_functions(lab: LabUnderTest) -> None:
    answer = lab.client("cloudwatch").get_dashboard(DashboardName="csv-pipeline-dashboard")
    graphs = [widget["properties"] for widget in json.loads(answer["DashboardBody"])["widgets"]]
    assert [(graph["title"], graph["view"]) for graph in graphs] == [
        ("Lambda Invocations", "timeSeries"),
        ("Lambda Errors", "timeSeries"),
        ("SQS Queue Depth", "timeSeries"),
        ("Dead Letter Queue", "singleValue"),
        ("Step Functions Executions", "timeSeries"),
    ]
    shown = {graph["title"]: graph["metrics"] for graph in graphs}
    for title, metric in (("Lambda Invocations", "Invocations"), ("Lambda Errors", "Errors")):
        assert sorted(shown[title]) == sorted(
            ["AWS/Lambda", metric, "FunctionName", name] for name in FUNCTIONS
        )
    visible = "ApproximateNumberOfMessagesVisible"
    assert ["AWS/SQS", visible, "QueueName", "pipeline-main-queue"] in shown["SQS Queue Depth"]
    assert shown["Dead Letter Queue"] == [["AWS/SQS", visible, "QueueName", "pipeline-dlq"]]
    assert shown["Step Functions Executions"] == [
        ["AWS/States", metric, "StateMachineArn", STATE_MACHINE_ARN]
        for metric in ("ExecutionsStarted", "ExecutionsSucceeded", "ExecutionsFailed")
    ]
    assert {graph["region"] for graph in graphs} == {REGION}


ALARMS = {
    "pipeline-transform-errors": (
        "AWS/Lambda",
        "Errors",
        {"FunctionName": "transform-data"},
        "Sum",
        "errors_period",
        2.0,
    ),
    "pipeline-dlq-messages": (
        "AWS/SQS",
        "ApproximateNumberOfMessagesVisible",
        {"QueueName": "pipeline-dlq"},
        "Maximum",
        "dlq_period",
        0.0,
    ),
    "pipeline-execution-failures": (
        "AWS/States",
        "ExecutionsFailed",
        {"StateMachineArn": STATE_MACHINE_ARN},
        "Sum",
        "errors_period",
        0.0,
    ),
}


@pytest.mark.parametrize("name", ALARMS)
def test_41_to_44_each_alarm_watches_its_metric_and_tells_the_topic(
    lab: LabUnderTest, numbers: dict[str, int], name: str
) -> None:
    namespace, metric, dimensions, statistic, period, threshold = ALARMS[name]
    (alarm,) = lab.client("cloudwatch").describe_alarms(AlarmNames=[name])["MetricAlarms"]
    assert (alarm["Namespace"], alarm["MetricName"], alarm["Statistic"]) == (
        namespace,
        metric,
        statistic,
    )
    assert {each["Name"]: each["Value"] for each in alarm["Dimensions"]} == dimensions
    assert alarm["Period"] == numbers[period]
    assert (alarm["EvaluationPeriods"], alarm["DatapointsToAlarm"]) == (1, 1)
    assert (alarm["ComparisonOperator"], alarm["Threshold"]) == ("GreaterThanThreshold", threshold)
    assert alarm["TreatMissingData"] == "notBreaching"
    assert alarm["ActionsEnabled"] is True
    assert alarm["AlarmActions"] == [TOPIC_ARN]


def test_44_each_alarm_s_metric_exists_after_a_run(lab: LabUnderTest) -> None:
    good = lab.upload("watched.csv", ONE_SALE)
    bad = lab.upload("watched.txt", "not a table")
    lab.outcomes_of([good, bad])
    cloudwatch = lab.client("cloudwatch")
    patience = PATIENCE + SQS_METRIC_PERIOD_SECONDS

    def known(list_metrics: Callable[[], dict[str, Any]]) -> bool:
        return len(list_metrics()["Metrics"]) > 0

    for name, (namespace, metric, dimensions, *_) in ALARMS.items():
        dimension_list = [{"Name": key, "Value": value} for key, value in dimensions.items()]
        metrics = partial(
            cloudwatch.list_metrics,
            Namespace=namespace,
            MetricName=metric,
            Dimensions=dimension_list,
        )
        wait_until(f"the metric of {name}", partial(known, metrics), within=patience)


def test_44_the_topic_lets_the_alarms_of_this_account_publish(lab: LabUnderTest) -> None:
    topic = lab.client("sns").get_topic_attributes(TopicArn=TOPIC_ARN)["Attributes"]
    statements = json.loads(topic["Policy"])["Statement"]
    (alarms,) = [
        each for each in statements if each["Principal"] == {"Service": "cloudwatch.amazonaws.com"}
    ]
    assert alarms["Action"] == ["sns:Publish"]
    assert alarms["Condition"]["StringEquals"] == {"aws:SourceAccount": ACCOUNT}


def test_45_failed_files_expire_and_incomplete_uploads_are_given_up(lab: LabUnderTest) -> None:
    s3, settings = lab.client("s3"), lab.settings
    rules = s3.get_bucket_lifecycle_configuration(Bucket=settings.raw_bucket)["Rules"]
    (failed,) = [rule for rule in rules if rule.get("Filter") == {"Prefix": "failed/"}]
    assert failed["Status"] == "Enabled"
    assert failed["Expiration"] == {"Days": 30}
    for bucket in (settings.raw_bucket, settings.processed_bucket):
        rules = s3.get_bucket_lifecycle_configuration(Bucket=bucket)["Rules"]
        assert [rule for rule in rules if "AbortIncompleteMultipartUpload" in rule], bucket


@pytest.mark.parametrize("name", FUNCTIONS)
def test_45_each_function_s_log_expires(lab: LabUnderTest, name: str) -> None:
    group = f"/aws/lambda/{name}"
    answer = lab.client("logs").describe_log_groups(logGroupNamePrefix=group)
    (found,) = [each for each in answer["logGroups"] if each["logGroupName"] == group]
    assert found["retentionInDays"] == 14


@pytest.mark.parametrize(
    ("metric", "event"), [("FilesValid", "file_validated"), ("FilesRejected", "file_rejected")]
)
def test_45_a_metric_filter_counts_each_kind_of_file(
    lab: LabUnderTest, metric: str, event: str
) -> None:
    answer = lab.client("logs").describe_metric_filters(logGroupName="/aws/lambda/csv-validator")
    (found,) = [each for each in answer["metricFilters"] if each["filterName"] == metric]
    assert found["filterPattern"] == f'{{ $.event = "{event}" }}'
    (transformation,) = found["metricTransformations"]
    assert transformation["metricName"] == metric
    assert transformation["metricNamespace"] == "CSVPipeline"
    assert transformation["metricValue"] == "1"


def test_01_the_folder_markers_start_no_job(lab: LabUnderTest) -> None:
    upload = lab.upload("after-the-markers.txt", "not a table")
    lab.outcome_of(upload)  # by now the validator has seen everything that came before
    jobs = [
        outcome.source_key for marker in ("uploads/", "failed/") for outcome in lab.outcomes(marker)
    ]
    assert jobs == []


def test_36_the_queue_subscription_delivers_what_the_topic_says(lab: LabUnderTest) -> None:
    job_id = lab.outcome_of(lab.upload("for-the-integration.txt", "not a table")).job_id
    queue = TestedQueue(lab.client("sqs"), lab.settings.notifications_queue)

    envelope = json.loads(queue.take(job_id)["Body"])
    assert envelope["Type"] == "Notification"
    assert envelope["TopicArn"] == TOPIC_ARN

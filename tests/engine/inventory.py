"""All that the AWS APIs tell of the services that a state has: to compare before and after."""

import hashlib
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import requests
from botocore.exceptions import ClientError

from lab.running import RunningLab

Inventory = dict[str, Any]

_OF_A_BUCKET = (
    "get_bucket_cors",
    "get_bucket_encryption",
    "get_bucket_lifecycle_configuration",
    "get_bucket_location",
    "get_bucket_notification_configuration",
    "get_bucket_policy",
    "get_bucket_tagging",
    "get_bucket_versioning",
    "get_public_access_block",
)


def inventory(lab: RunningLab, account: str) -> Inventory:
    """Everything in an account, by a name of its own for each thing."""
    found: Inventory = {}
    for describe in (_s3, _sqs, _sns, _lambda, _stepfunctions, _logs, _cloudwatch, _iam):
        found |= describe(lambda service: lab.client(service, account))
    found |= _pages(lab, account)
    return found


def differences(before: Inventory, after: Inventory) -> list[str]:
    """What is different, a line each."""
    return [
        f"{name}:\n  before {before.get(name)}\n  after  {after.get(name)}"
        for name in sorted(before.keys() | after.keys())
        if before.get(name) != after.get(name)
    ]


Clients = Callable[[str], Any]


def _all(client: Any, operation: str, key: str, **arguments: Any) -> list[Any]:
    pages = client.get_paginator(operation).paginate(**arguments)
    return [each for page in pages for each in page.get(key, [])]


def _told(call: Callable[..., Any], **arguments: Any) -> Any:
    try:
        answer = call(**arguments)
    except ClientError as error:
        return error.response["Error"]["Code"]
    return {name: value for name, value in answer.items() if name != "ResponseMetadata"}


def _s3(clients: Clients) -> Inventory:
    s3 = clients("s3")
    found: Inventory = {}
    for bucket in s3.list_buckets()["Buckets"]:
        name = bucket["Name"]
        found[f"s3 {name}"] = [
            bucket,
            *(_told(getattr(s3, op), Bucket=name) for op in _OF_A_BUCKET),
        ]
        found[f"s3 {name} uploads"] = [
            (
                upload,
                _told(s3.list_parts, Bucket=name, Key=upload["Key"], UploadId=upload["UploadId"]),
            )
            for upload in _all(s3, "list_multipart_uploads", "Uploads", Bucket=name)
        ]
        found[f"s3 {name} markers"] = _all(s3, "list_object_versions", "DeleteMarkers", Bucket=name)
        for version in _all(s3, "list_object_versions", "Versions", Bucket=name):
            which = {"Bucket": name, "Key": version["Key"]}
            if version["VersionId"] != "null":
                which["VersionId"] = version["VersionId"]
            answer = s3.get_object(**which)
            body = hashlib.sha256(answer.pop("Body").read()).hexdigest()
            answer.pop("ResponseMetadata")
            found[f"s3 {name} {version['Key']} {version['VersionId']}"] = [
                version,
                answer,
                body,
                _told(s3.get_object_tagging, **which),
            ]
    return found


def _sqs(clients: Clients) -> Inventory:
    sqs = clients("sqs")
    found: Inventory = {}
    for url in _all(sqs, "list_queues", "QueueUrls"):
        attributes = sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["All"])["Attributes"]
        found[f"sqs {url}"] = [attributes, _told(sqs.list_queue_tags, QueueUrl=url)]
        page = url.split("/", 3)[0] + "//" + url.split("/", 3)[2] + "/_aws/sqs/messages"
        peeked = requests.get(
            page,
            params={"QueueUrl": url, "ShowInvisible": "true", "ShowDelayed": "true"},
            headers={"Accept": "application/json"},
            timeout=60,
        ).json()["ReceiveMessageResponse"]["ReceiveMessageResult"]
        messages = (peeked or {}).get("Message", [])
        found[f"sqs {url} messages"] = sorted(
            messages if isinstance(messages, list) else [messages], key=lambda m: m["MessageId"]
        )
    return found


def _sns(clients: Clients) -> Inventory:
    sns = clients("sns")
    return {
        f"sns {topic['TopicArn']}": [
            _told(sns.get_topic_attributes, TopicArn=topic["TopicArn"]),
            _told(sns.list_tags_for_resource, ResourceArn=topic["TopicArn"]),
            [
                [
                    each,
                    _told(sns.get_subscription_attributes, SubscriptionArn=each["SubscriptionArn"]),
                ]
                for each in _all(
                    sns, "list_subscriptions_by_topic", "Subscriptions", TopicArn=topic["TopicArn"]
                )
            ],
        ]
        for topic in _all(sns, "list_topics", "Topics")
    }


def _lambda(clients: Clients) -> Inventory:
    client = clients("lambda")
    found: Inventory = {}
    for function in _all(client, "list_functions", "Functions"):
        name = function["FunctionName"]
        described = _told(client.get_function, FunctionName=name)
        described["Code"].pop("Location")  # signed anew each time
        found[f"lambda {name}"] = [
            described,
            _all(client, "list_versions_by_function", "Versions", FunctionName=name),
            _all(client, "list_aliases", "Aliases", FunctionName=name),
            _told(client.get_policy, FunctionName=name),
            _told(client.get_function_event_invoke_config, FunctionName=name),
            _told(client.get_function_concurrency, FunctionName=name),
        ]
    for mapping in _all(client, "list_event_source_mappings", "EventSourceMappings"):
        found[f"lambda mapping {mapping['UUID']}"] = mapping
    return found


def _stepfunctions(clients: Clients) -> Inventory:
    client = clients("stepfunctions")
    found: Inventory = {}
    for machine in _all(client, "list_state_machines", "stateMachines"):
        arn = machine["stateMachineArn"]
        found[f"states {arn}"] = [
            _told(client.describe_state_machine, stateMachineArn=arn),
            _told(client.list_tags_for_resource, resourceArn=arn),
        ]
        if machine["type"] == "EXPRESS":  # its executions are not listed
            continue
        for execution in _all(client, "list_executions", "executions", stateMachineArn=arn):
            each = execution["executionArn"]
            found[f"states {each}"] = [
                _told(client.describe_execution, executionArn=each),
                _all(client, "get_execution_history", "events", executionArn=each),
            ]
    return found


def _logs(clients: Clients) -> Inventory:
    logs = clients("logs")
    found: Inventory = {}
    for group in _all(logs, "describe_log_groups", "logGroups"):
        name = group["logGroupName"]
        found[f"logs {name}"] = [
            group,
            _all(logs, "describe_metric_filters", "metricFilters", logGroupName=name),
            _all(logs, "filter_log_events", "events", logGroupName=name),
        ]
    return found


def _cloudwatch(clients: Clients) -> Inventory:
    cloudwatch = clients("cloudwatch")
    found: Inventory = {
        "dashboards": [
            (each, cloudwatch.get_dashboard(DashboardName=each["DashboardName"])["DashboardBody"])
            for each in _all(cloudwatch, "list_dashboards", "DashboardEntries")
        ],
        "metrics": [
            (metric, _all_values(cloudwatch, metric))
            for metric in _all(cloudwatch, "list_metrics", "Metrics")
            if not metric["Namespace"].startswith("AWS/")  # those go on
        ],
    }
    for alarm in _all(cloudwatch, "describe_alarms", "MetricAlarms"):
        name = alarm["AlarmName"]
        history = _all(cloudwatch, "describe_alarm_history", "AlarmHistoryItems", AlarmName=name)
        found[f"alarm {name}"] = [alarm, history]
    return found


def _all_values(cloudwatch: Any, metric: Any) -> Any:
    now = datetime.now(UTC)
    return cloudwatch.get_metric_statistics(
        **metric,
        StartTime=now - timedelta(days=2),
        EndTime=now + timedelta(days=1),
        Period=30 * 86400,
        Statistics=["Sum", "SampleCount", "Maximum"],
    )["Datapoints"][0]["Sum"]


def _iam(clients: Clients) -> Inventory:
    iam = clients("iam")
    return {f"iam {each}": value for each, value in _identities(iam)} | {
        "iam policies": _all(iam, "list_policies", "Policies", Scope="Local"),
        "iam attached": [
            (policy["Arn"], policy["AttachmentCount"])  # its id is another one at each start
            for policy in _all(iam, "list_policies", "Policies", Scope="AWS", OnlyAttached=True)
        ],
    }


def _identities(iam: Any) -> Iterator[tuple[str, Any]]:
    for role in _all(iam, "list_roles", "Roles"):
        name = role["RoleName"]
        yield (
            name,
            [
                _told(iam.get_role, RoleName=name),
                [
                    _told(iam.get_role_policy, RoleName=name, PolicyName=policy)
                    for policy in _all(iam, "list_role_policies", "PolicyNames", RoleName=name)
                ],
                _all(iam, "list_attached_role_policies", "AttachedPolicies", RoleName=name),
            ],
        )
    for user in _all(iam, "list_users", "Users"):
        keys = _all(iam, "list_access_keys", "AccessKeyMetadata", UserName=user["UserName"])
        yield user["UserName"], [user, keys]


def _pages(lab: RunningLab, account: str) -> Inventory:
    """What the plugin keeps."""
    inbox = requests.get(f"{lab.endpoint}/_aws/ses", timeout=60).json()["messages"]
    page = f"{lab.endpoint}/_lab"
    clock = requests.get(f"{page}/clock", params={"account": account}, timeout=60).json()
    journal = requests.get(f"{page}/iam", params={"account": account}, timeout=60).json()
    return {
        "mails": [mail for mail in inbox if mail["Account"] == account],
        "clock": clock["pushed_seconds"],
        # Without what the root has done, which makes these inventories, and without counts: when
        # functions start again, their roles are assumed again.
        "journal": [
            (use["principal"], use["action"], use["allowed"], use["policy"])
            for use in journal["uses"]
            if not use["principal"].endswith(":root")
        ],
    }

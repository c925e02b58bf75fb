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
    "get_bucket_accelerate_configuration",
    "get_bucket_acl",
    "get_bucket_cors",
    "get_bucket_encryption",
    "get_bucket_lifecycle_configuration",
    "get_bucket_location",
    "get_bucket_logging",
    "get_bucket_notification_configuration",
    "get_bucket_ownership_controls",
    "get_bucket_policy",
    "get_bucket_replication",
    "get_bucket_request_payment",
    "get_bucket_tagging",
    "get_bucket_versioning",
    "get_bucket_website",
    "get_object_lock_configuration",
    "get_public_access_block",
    "list_bucket_analytics_configurations",
    "list_bucket_intelligent_tiering_configurations",
    "list_bucket_inventory_configurations",
    "list_bucket_metrics_configurations",
)
_OF_AN_OBJECT = (
    "get_object_acl",
    "get_object_legal_hold",
    "get_object_retention",
    "get_object_tagging",
)


def inventory(lab: RunningLab, account: str) -> Inventory:
    """Everything in an account, by a name of its own for each thing."""
    found: Inventory = {}
    kinds = (_s3, _sqs, _sns, _lambda, _stepfunctions, _logs, _cloudwatch, _iam, _ses)
    for describe in kinds:
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
    if "Body" in answer:
        answer["Body"] = hashlib.sha256(answer["Body"].read()).hexdigest()
    return {name: value for name, value in answer.items() if name != "ResponseMetadata"}


def _each(client: Any, listing: str, key: str, names: dict[str, str], *operations: str) -> Any:
    """Return what is listed, each with what operations tell of it.

    Args:
        client: Of the service.
        listing: The operation that lists.
        key: What of its answer is the list.
        names: The field of a listed one, by the parameter of the operations.
        operations: Those that describe one.
    """
    return [
        [
            each,
            *(
                _told(
                    getattr(client, operation),
                    **{parameter: each[field] for parameter, field in names.items()},
                )
                for operation in operations
            ),
        ]
        for each in _told(getattr(client, listing))[key]
    ]


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
            found[f"s3 {name} {version['Key']} {version['VersionId']}"] = [
                version,
                _told(s3.get_object, **which),
                *(_told(getattr(s3, op), **which) for op in _OF_AN_OBJECT),
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
    applications = _each(
        sns,
        "list_platform_applications",
        "PlatformApplications",
        {"PlatformApplicationArn": "PlatformApplicationArn"},
        "list_endpoints_by_platform_application",
    )
    return {
        "sns applications": applications,
        "sns of the account": [
            _told(sns.get_sms_attributes),
            _told(sns.list_sms_sandbox_phone_numbers),
            _told(sns.list_phone_numbers_opted_out),
        ],
    } | {
        f"sns {topic['TopicArn']}": [
            _told(sns.get_topic_attributes, TopicArn=topic["TopicArn"]),
            _told(sns.list_tags_for_resource, ResourceArn=topic["TopicArn"]),
            _told(sns.get_data_protection_policy, ResourceArn=topic["TopicArn"]),
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


_OF_A_FUNCTION = (
    "get_function_code_signing_config",
    "get_function_concurrency",
    "get_function_event_invoke_config",
    "get_function_recursion_config",
    "get_function_url_config",
    "get_runtime_management_config",
    "list_provisioned_concurrency_configs",
)


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
            *(_told(getattr(client, op), FunctionName=name) for op in _OF_A_FUNCTION),
        ]
    layers = _each(
        client, "list_layers", "Layers", {"LayerName": "LayerName"}, "list_layer_versions"
    )
    found["lambda layers"] = layers
    found["lambda code signing"] = _told(client.list_code_signing_configs)
    found["lambda capacity"] = _told(client.list_capacity_providers)
    for mapping in _all(client, "list_event_source_mappings", "EventSourceMappings"):
        found[f"lambda mapping {mapping['UUID']}"] = mapping
    return found


def _stepfunctions(clients: Clients) -> Inventory:
    client = clients("stepfunctions")
    found: Inventory = {"states activities": _all(client, "list_activities", "activities")}
    for machine in _all(client, "list_state_machines", "stateMachines"):
        arn = machine["stateMachineArn"]
        found[f"states {arn}"] = [
            _told(client.describe_state_machine, stateMachineArn=arn),
            _told(client.list_tags_for_resource, resourceArn=arn),
            _told(client.list_state_machine_versions, stateMachineArn=arn),
            [
                _told(client.describe_state_machine_alias, stateMachineAliasArn=alias)
                for alias in (
                    each["stateMachineAliasArn"]
                    for each in client.list_state_machine_aliases(stateMachineArn=arn)[
                        "stateMachineAliases"
                    ]
                )
            ],
        ]
        if machine["type"] == "EXPRESS":  # its executions are not listed
            continue
        for execution in _all(client, "list_executions", "executions", stateMachineArn=arn):
            each = execution["executionArn"]
            described = _told(client.describe_execution, executionArn=each)
            history = _all(client, "get_execution_history", "events", executionArn=each)
            if described["status"] == "RUNNING":  # it enters the state in which it was again
                history = [event["type"] for event in history]
            found[f"states {each}"] = [described, history]
    return found


_OF_ALL_LOGS = (
    "describe_deliveries",
    "describe_delivery_destinations",
    "describe_delivery_sources",
    "describe_destinations",
    "describe_export_tasks",
    "describe_resource_policies",
)


def _logs(clients: Clients) -> Inventory:
    logs = clients("logs")
    found: Inventory = {
        f"logs {listing}": _told(getattr(logs, listing)) for listing in _OF_ALL_LOGS
    }
    for group in _all(logs, "describe_log_groups", "logGroups"):
        name = group["logGroupName"]
        found[f"logs {name}"] = [
            group,
            _told(logs.list_tags_for_resource, resourceArn=group["logGroupArn"]),
            _all(logs, "describe_metric_filters", "metricFilters", logGroupName=name),
            _told(logs.describe_subscription_filters, logGroupName=name),
            _all(logs, "describe_log_streams", "logStreams", logGroupName=name),
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
    found |= {
        f"cloudwatch {listing}": _told(getattr(cloudwatch, listing))
        for listing in ("describe_anomaly_detectors", "list_metric_streams")
    }
    of_both = cloudwatch.describe_alarms(AlarmTypes=["MetricAlarm", "CompositeAlarm"])
    for alarm in [*of_both["MetricAlarms"], *of_both["CompositeAlarms"]]:
        name = alarm["AlarmName"]
        history = _all(cloudwatch, "describe_alarm_history", "AlarmHistoryItems", AlarmName=name)
        tags = _told(cloudwatch.list_tags_for_resource, ResourceARN=alarm["AlarmArn"])
        found[f"alarm {name}"] = [alarm, tags, history]
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
        "iam policies": [
            [
                each,
                [
                    _told(iam.get_policy_version, PolicyArn=each["Arn"], VersionId=it["VersionId"])
                    for it in _all(iam, "list_policy_versions", "Versions", PolicyArn=each["Arn"])
                ],
                _told(iam.list_policy_tags, PolicyArn=each["Arn"]),
            ]
            for each in _all(iam, "list_policies", "Policies", Scope="Local")
        ],
        **{f"iam {listing}": _told(getattr(iam, listing)) for listing in _OF_THE_ACCOUNT},
        "iam attached": [
            (policy["Arn"], policy["AttachmentCount"])  # its id is another one at each start
            for policy in _all(iam, "list_policies", "Policies", Scope="AWS", OnlyAttached=True)
        ],
    }


_OF_THE_ACCOUNT = (
    "get_account_password_policy",
    "list_account_aliases",
    "list_instance_profiles",
    "list_open_id_connect_providers",
    "list_saml_providers",
    "list_server_certificates",
    "list_virtual_mfa_devices",
)
_OF_A_USER = (
    "get_login_profile",
    "get_user",
    "list_access_keys",
    "list_groups_for_user",
    "list_mfa_devices",
    "list_signing_certificates",
    "list_ssh_public_keys",
    "list_user_tags",
)


def _identities(iam: Any) -> Iterator[tuple[str, Any]]:
    for kind, listed in (("role", "Roles"), ("user", "Users"), ("group", "Groups")):
        for each in _all(iam, f"list_{kind}s", listed):
            name = each[f"{kind.title()}Name"]
            which = {f"{kind.title()}Name": name}
            yield (
                f"{kind} {name}",
                [
                    _told(getattr(iam, f"get_{kind}"), **which),
                    [
                        _told(getattr(iam, f"get_{kind}_policy"), **which, PolicyName=policy)
                        for policy in _all(iam, f"list_{kind}_policies", "PolicyNames", **which)
                    ],
                    _all(iam, f"list_attached_{kind}_policies", "AttachedPolicies", **which),
                    [
                        _told(getattr(iam, operation), **which)
                        for operation in (_OF_A_USER if kind == "user" else ())
                    ],
                ],
            )


def _ses(clients: Clients) -> Inventory:
    ses = clients("ses")
    identities = ses.list_identities()["Identities"]
    if not identities:  # LocalStack fails where it is asked about none
        return {}
    return {
        "ses identities": [
            sorted(identities),
            {
                each: told["VerificationStatus"]  # its token is another one in each answer
                for each, told in ses.get_identity_verification_attributes(Identities=identities)[
                    "VerificationAttributes"
                ].items()
            },
            _told(ses.get_identity_notification_attributes, Identities=identities),
            _told(ses.get_identity_mail_from_domain_attributes, Identities=identities),
        ],
        "ses templates": _each(
            ses,
            "list_templates",
            "TemplatesMetadata",
            {"TemplateName": "Name"},
            "get_template",
        ),
        "ses rules": _each(
            ses,
            "list_receipt_rule_sets",
            "RuleSets",
            {"RuleSetName": "Name"},
            "describe_receipt_rule_set",
        ),
        "ses sent": ses.get_send_quota()["SentLast24Hours"],
    }


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

"""The same pipeline as a CloudFormation template, from the same settings, policies and workflow.

Nothing in it names an account or a region: CloudFormation fills them in. What it cannot make is the
folder markers in the raw bucket.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, Final

from provision import policies, tags
from provision.archive import code_sha256
from provision.arns import Arns
from provision.buckets import ALL_BLOCKED, lifecycles
from provision.functions import archive_of, environments
from provision.logs import COUNTED_EVENTS, metric_filter
from provision.observation import alarms, dashboard_body
from provision.settings import CSV_PROCESSOR, CSV_VALIDATOR, TASK_FUNCTIONS
from provision.workflow import task_arns, template_of

if TYPE_CHECKING:
    from pathlib import Path

    from provision.settings import Function, Queue, Settings

TEMPLATE_FILE: Final = "template.json"

Resource = dict[str, Any]

_CODE_BUCKET: Final = "CodeBucket"
_EMAIL: Final = "Email"
_WITH_DATA: Final = {"DeletionPolicy": "Delete", "UpdateReplacePolicy": "Delete"}
"""Of what holds data: deleting the stack deletes it, as destroying does."""


class _AnyArns(Arns):
    """ARNs in whatever account and region the template is deployed to."""

    def _arn(self, service: str, resource: str) -> str:
        return f"arn:${{AWS::Partition}}:{service}:${{AWS::Region}}:${{AWS::AccountId}}:{resource}"


def write_template(settings: Settings, folder: Path) -> list[Path]:
    """Write the template, and the functions' zips that it refers to.

    Args:
        settings: Of the pipeline.
        folder: Where; it is made if it does not exist.

    Returns:
        The files, the template first.
    """
    folder.mkdir(parents=True, exist_ok=True)
    template = folder / TEMPLATE_FILE
    # CreateStack takes 51,200 bytes (CloudFormation user guide, quotas), so there is no indent.
    text = json.dumps(template_for(settings), ensure_ascii=False)
    template.write_text(f"{text}\n", encoding="utf-8")
    files = [template]
    for function in settings.functions.values():
        archive = archive_of(function)
        files.append(folder / _archive_name(function, archive))
        files[-1].write_bytes(archive)
    return files


def template_for(settings: Settings) -> dict[str, Any]:
    """Return the template of a pipeline with these settings."""
    arns = _AnyArns("${AWS::Partition}", "${AWS::AccountId}", settings)
    resources = {
        **_buckets(arns),
        **_queues(arns),
        **_topic(arns),
        **_functions(arns),
        **_workflow(arns),
        **_observation(arns),
    }
    return {
        "AWSTemplateFormatVersion": "2010-09-09",
        "Description": "CSV Report Processor",
        "Parameters": {
            _CODE_BUCKET: {
                "Type": "String",
                "Description": "The bucket with the zips of the functions",
            },
            _EMAIL: {
                "Type": "String",
                "Description": "Where the notifications are mailed",
                "Default": settings.email,
            },
        },
        "Resources": {name: _filled_in(each) for name, each in resources.items()},
    }


def _filled_in(value: Any) -> Any:
    """Let CloudFormation fill in what stands for account, region and partition."""
    if isinstance(value, dict):
        return {name: _filled_in(each) for name, each in value.items()}
    if isinstance(value, list):
        return [_filled_in(each) for each in value]
    if isinstance(value, str) and "${AWS::" in value:
        return {"Fn::Sub": value}
    return value


def _logical(name: str) -> str:
    return "".join(part.capitalize() for part in name.split("-"))


def _arn_of(resource: str) -> dict[str, Any]:
    return {"Fn::GetAtt": [resource, "Arn"]}


def _buckets(arns: Arns) -> dict[str, Resource]:
    settings = arns.settings
    made = {
        name: {
            "Type": "AWS::S3::Bucket",
            **_WITH_DATA,
            "Properties": {
                "BucketName": bucket,
                "PublicAccessBlockConfiguration": ALL_BLOCKED,
                "LifecycleConfiguration": {"Rules": [_rule(rule) for rule in rules]},
                "Tags": tags.tag_list(settings),
            },
        }
        for name, (bucket, rules) in zip(
            ("RawBucket", "ProcessedBucket"), lifecycles(settings).items(), strict=True
        )
    }
    raw: Resource = made["RawBucket"]
    # S3 checks that it may invoke the function, so the permission must exist before.
    raw["DependsOn"] = ["ValidatorPermission"]
    raw["Properties"]["NotificationConfiguration"] = {
        "LambdaConfigurations": [
            {
                "Event": "s3:ObjectCreated:*",
                "Function": _arn_of(_logical(CSV_VALIDATOR)),
                "Filter": {
                    "S3Key": {"Rules": [{"Name": "prefix", "Value": settings.uploads_prefix}]}
                },
            }
        ]
    }
    return made


def _rule(rule: dict[str, Any]) -> dict[str, Any]:
    """Return a lifecycle rule of S3's API as CloudFormation takes it."""
    told = {"Id": rule["ID"], "Status": rule["Status"], "Prefix": rule["Filter"]["Prefix"]}
    if "Expiration" in rule:
        told["ExpirationInDays"] = rule["Expiration"]["Days"]
    if "AbortIncompleteMultipartUpload" in rule:
        told["AbortIncompleteMultipartUpload"] = rule["AbortIncompleteMultipartUpload"]
    return told


def _queues(arns: Arns) -> dict[str, Resource]:
    settings = arns.settings
    main, dlq, notifications = settings.main_queue, settings.dlq, settings.notifications_queue
    allow = {"redrivePermission": "byQueue", "sourceQueueArns": [arns.queue(main.name)]}
    redrive = {"deadLetterTargetArn": _arn_of("Dlq"), "maxReceiveCount": settings.max_receives}
    return {
        "Dlq": _queue(settings, dlq, RedriveAllowPolicy=allow),
        "MainQueue": _queue(settings, main, RedrivePolicy=redrive),
        "NotificationsQueue": _queue(settings, notifications),
        "NotificationsQueuePolicy": {
            "Type": "AWS::SQS::QueuePolicy",
            "Properties": {
                "Queues": [{"Ref": "NotificationsQueue"}],
                "PolicyDocument": policies.notifications_queue_policy(arns),
            },
        },
    }


def _queue(settings: Settings, queue: Queue, **more: Any) -> Resource:
    return {
        "Type": "AWS::SQS::Queue",
        **_WITH_DATA,
        "Properties": {
            "QueueName": queue.name,
            "VisibilityTimeout": queue.visibility_seconds,
            "MessageRetentionPeriod": queue.retention_seconds,
            "ReceiveMessageWaitTimeSeconds": queue.receive_wait_seconds,
            "MaximumMessageSize": queue.largest_message_bytes,
            "Tags": tags.tag_list(settings),
            **more,
        },
    }


def _topic(arns: Arns) -> dict[str, Resource]:
    settings = arns.settings
    return {
        "Topic": {
            "Type": "AWS::SNS::Topic",
            "Properties": {
                "TopicName": settings.topic_name,
                "DisplayName": settings.topic_display_name,
                "Tags": tags.tag_list(settings),
            },
        },
        "TopicPolicy": {
            "Type": "AWS::SNS::TopicPolicy",
            "Properties": {
                "Topics": [{"Ref": "Topic"}],
                "PolicyDocument": policies.topic_policy(arns),
            },
        },
        "MailSubscription": _subscription("email", {"Ref": _EMAIL}),
        "QueueSubscription": _subscription("sqs", _arn_of("NotificationsQueue")),
    }


def _subscription(protocol: str, endpoint: dict[str, Any]) -> Resource:
    return {
        "Type": "AWS::SNS::Subscription",
        "Properties": {"TopicArn": {"Ref": "Topic"}, "Protocol": protocol, "Endpoint": endpoint},
    }


def _functions(arns: Arns) -> dict[str, Resource]:
    settings = arns.settings
    variables = environments(arns, {"Ref": "MainQueue"})
    made: dict[str, Resource] = {}
    for function in settings.functions.values():
        name = _logical(function.name)
        made[f"{name}Role"] = _role(
            settings,
            function.role_name,
            policies.function_trust(),
            policies.function_policy(function, arns),
        )
        made[f"{name}Log"] = {
            "Type": "AWS::Logs::LogGroup",
            **_WITH_DATA,
            "Properties": {
                "LogGroupName": function.log_group,
                "RetentionInDays": settings.log_retention_days,
                "Tags": tags.tag_list(settings),
            },
        }
        made[name] = _function(settings, function, variables.get(function.name, {}))
    validator, processor = {"Ref": _logical(CSV_VALIDATOR)}, {"Ref": _logical(CSV_PROCESSOR)}
    made["ValidatorPermission"] = {
        "Type": "AWS::Lambda::Permission",
        "Properties": {
            "FunctionName": validator,
            "Action": "lambda:InvokeFunction",
            "Principal": "s3.amazonaws.com",
            "SourceArn": arns.bucket(settings.raw_bucket),
            "SourceAccount": {"Ref": "AWS::AccountId"},
        },
    }
    made["ValidatorDestination"] = {
        "Type": "AWS::Lambda::EventInvokeConfig",
        "Properties": {
            "FunctionName": validator,
            "Qualifier": "$LATEST",
            "MaximumRetryAttempts": settings.async_retries,
            "DestinationConfig": {"OnFailure": {"Destination": _arn_of("Dlq")}},
        },
    }
    made["ProcessorSource"] = {
        "Type": "AWS::Lambda::EventSourceMapping",
        "Properties": {
            "FunctionName": processor,
            "EventSourceArn": _arn_of("MainQueue"),
            "BatchSize": settings.batch_size,
            "MaximumBatchingWindowInSeconds": settings.profile.batch_window_seconds,
            "FunctionResponseTypes": ["ReportBatchItemFailures"],
            "Enabled": True,
            "Tags": tags.tag_list(settings),
        },
    }
    return made


def _role(
    settings: Settings, name: str, trust: policies.Document, policy: policies.Document
) -> Resource:
    return {
        "Type": "AWS::IAM::Role",
        "Properties": {
            "RoleName": name,
            "AssumeRolePolicyDocument": trust,
            "Policies": [{"PolicyName": "pipeline", "PolicyDocument": policy}],
            "Tags": tags.tag_list(settings),
        },
    }


def _function(settings: Settings, function: Function, variables: dict[str, Any]) -> Resource:
    name = _logical(function.name)
    return {
        "Type": "AWS::Lambda::Function",
        "DependsOn": [f"{name}Log"],
        "Properties": {
            "FunctionName": function.name,
            "Runtime": settings.runtime,
            "Architectures": [settings.architecture],
            "Handler": function.handler,
            "Role": _arn_of(f"{name}Role"),
            "Timeout": function.timeout_seconds,
            "MemorySize": function.memory_mb,
            "Environment": {"Variables": variables},
            "Code": {
                "S3Bucket": {"Ref": _CODE_BUCKET},
                "S3Key": _archive_name(function, archive_of(function)),
            },
            "Tags": tags.tag_list(settings),
        },
    }


def _archive_name(function: Function, archive: bytes) -> str:
    """Return a name that changes with the code, so that CloudFormation notices the change."""
    digest = "".join(each for each in code_sha256(archive) if each.isalnum())
    return f"{function.name}-{digest[:16]}.zip"


def _workflow(arns: Arns) -> dict[str, Resource]:
    settings = arns.settings
    name = settings.state_machine_name
    return {
        "WorkflowRole": _role(
            settings,
            settings.state_machine_role_name,
            policies.state_machine_trust(arns, name),
            policies.state_machine_policy(arns, *TASK_FUNCTIONS),
        ),
        "Workflow": {
            "Type": "AWS::StepFunctions::StateMachine",
            "Properties": {
                "StateMachineName": name,
                "StateMachineType": "STANDARD",
                "RoleArn": _arn_of("WorkflowRole"),
                "Definition": json.loads(template_of(name).fill_in(task_arns(arns))),
                "LoggingConfiguration": {"Level": "OFF", "IncludeExecutionData": False},
                "Tags": tags.tag_list(settings),
            },
        },
    }


def _observation(arns: Arns) -> dict[str, Resource]:
    settings = arns.settings
    made: dict[str, Resource] = {}
    for metric, event in COUNTED_EVENTS.items():
        described = metric_filter(settings, metric, event)
        made[metric] = {
            "Type": "AWS::Logs::MetricFilter",
            "Properties": {
                "LogGroupName": {"Ref": f"{_logical(CSV_VALIDATOR)}Log"},
                "FilterName": metric,
                "FilterPattern": described["filterPattern"],
                "MetricTransformations": [
                    {name[0].upper() + name[1:]: value for name, value in each.items()}
                    for each in described["metricTransformations"]
                ],
            },
        }
    for alarm in alarms(settings, arns):
        made[_logical(alarm["AlarmName"])] = {
            "Type": "AWS::CloudWatch::Alarm",
            "Properties": alarm | {"Tags": tags.tag_list(settings)},
        }
    # The region stands in the body as a value of its own.
    body = json.dumps(dashboard_body(settings, arns)).replace(
        json.dumps(settings.region), json.dumps("${AWS::Region}")
    )
    made["Dashboard"] = {
        "Type": "AWS::CloudWatch::Dashboard",
        "Properties": {"DashboardName": settings.dashboard_name, "DashboardBody": body},
    }
    return made

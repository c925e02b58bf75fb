"""Lambda: the seven functions, what may invoke them and what invokes them."""

from __future__ import annotations

import json
from functools import partial
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import urlsplit

from botocore.exceptions import WaiterError

from provision import tags
from provision.archive import code_sha256, function_zip
from provision.errors import ProvisionError
from provision.propagation import once_granted
from provision.queues import planned_queue_url
from provision.settings import (
    CSV_PROCESSOR,
    CSV_VALIDATOR,
    MOVE_TO_FAILED,
    PARSE_CSV,
    SEND_NOTIFICATION,
    TRANSFORM_DATA,
)
from provision.sources import LAMBDAS, SHARED_PACKAGE
from provision.target import Target, unless_missing

if TYPE_CHECKING:
    from provision.arns import Arns
    from provision.changes import Changes
    from provision.removals import Removals
    from provision.settings import Function

_QUEUE_URL: Final = "QUEUE_URL"
_MISSING: Final = "ResourceNotFoundException"
_POLL: Final = {"Delay": 0.2, "MaxAttempts": 300}


def ensure_functions(target: Target, changes: Changes) -> None:
    """Make all functions exist with the present code and configuration, ready to run."""
    queue_url = planned_queue_url(target, target.settings.main_queue)
    variables = environments(target.arns, queue_url)
    for function in target.settings.functions.values():
        archive = archive_of(function)
        ensure_function(target, changes, function, archive, variables.get(function.name, {}))
    if not changes.planning:
        wait_until_active(target, *target.settings.functions.values())


def archive_of(function: Function) -> bytes:
    """Return the zip of a function of the pipeline."""
    return function_zip(LAMBDAS / function.package, SHARED_PACKAGE)


def ensure_permissions(target: Target, changes: Changes) -> None:
    """Allow S3 to invoke csv-validator, for our bucket in our account only."""
    client = target.client("lambda")
    sid = "raw-bucket-invokes"
    function = target.arns.function(CSV_VALIDATOR)
    bucket = target.arns.bucket(target.settings.raw_bucket)
    wanted = {
        "Sid": sid,
        "Effect": "Allow",
        "Principal": {"Service": "s3.amazonaws.com"},
        "Action": "lambda:InvokeFunction",
        "Resource": function,
        "Condition": {
            "StringEquals": {"AWS:SourceAccount": target.arns.account},
            "ArnLike": {"AWS:SourceArn": bucket},
        },
    }
    policy = unless_missing(
        lambda: json.loads(client.get_policy(FunctionName=CSV_VALIDATOR)["Policy"]), _MISSING
    )
    statements: list[dict[str, Any]] = policy["Statement"] if policy else []
    actual = next((each for each in statements if each["Sid"] == sid), None)
    if actual is None and any(each | {"Sid": sid} == wanted for each in statements):
        actual = wanted  # CloudFormation chooses the id of what allows the same

    def apply() -> None:
        if actual is not None:
            client.remove_permission(FunctionName=CSV_VALIDATOR, StatementId=sid)
        client.add_permission(
            FunctionName=CSV_VALIDATOR,
            StatementId=sid,
            Action="lambda:InvokeFunction",
            Principal="s3.amazonaws.com",
            SourceArn=bucket,
            SourceAccount=target.arns.account,
        )

    changes.settle(
        f"permission of S3 on {CSV_VALIDATOR}", wanted=wanted, actual=actual, apply=apply
    )


def ensure_failure_destination(target: Target, changes: Changes) -> None:
    """Send upload events that csv-validator cannot handle to the DLQ."""
    client = target.client("lambda")
    wanted = {
        "MaximumRetryAttempts": target.settings.async_retries,
        "DestinationConfig": {
            "OnFailure": {"Destination": target.arns.queue(target.settings.dlq.name)}
        },
    }
    found = unless_missing(
        lambda: client.get_function_event_invoke_config(FunctionName=CSV_VALIDATOR), _MISSING
    )
    changes.settle(
        f"failure destination of {CSV_VALIDATOR}",
        wanted=wanted,
        actual=found
        and {
            "MaximumRetryAttempts": found.get("MaximumRetryAttempts"),
            "DestinationConfig": {
                "OnFailure": found.get("DestinationConfig", {}).get("OnFailure", {})
            },
        },
        apply=lambda: once_granted(
            lambda: client.put_function_event_invoke_config(FunctionName=CSV_VALIDATOR, **wanted)
        ),
    )


def ensure_event_source(target: Target, changes: Changes) -> None:
    """Make the main queue invoke csv-processor, which may return single messages."""
    client = target.client("lambda")
    queue = target.arns.queue(target.settings.main_queue.name)
    wanted: dict[str, Any] = {
        "BatchSize": target.settings.batch_size,
        "MaximumBatchingWindowInSeconds": target.settings.profile.batch_window_seconds,
        "FunctionResponseTypes": ["ReportBatchItemFailures"],
        "Enabled": True,
    }
    mappings = client.list_event_source_mappings(FunctionName=CSV_PROCESSOR, EventSourceArn=queue)
    mapping = next(iter(mappings["EventSourceMappings"]), None)
    actual = mapping and {
        "BatchSize": mapping["BatchSize"],
        "MaximumBatchingWindowInSeconds": mapping.get("MaximumBatchingWindowInSeconds", 0),
        "FunctionResponseTypes": mapping.get("FunctionResponseTypes", []),
        "Enabled": mapping["State"] not in ("Disabled", "Disabling"),
    }

    def apply() -> None:
        if mapping is None:
            once_granted(
                lambda: client.create_event_source_mapping(
                    FunctionName=CSV_PROCESSOR,
                    EventSourceArn=queue,
                    Tags=tags.tags_of(target.settings),
                    **wanted,
                )
            )
        else:
            client.update_event_source_mapping(
                UUID=mapping["UUID"], FunctionName=CSV_PROCESSOR, **wanted
            )

    resource = f"event source of {CSV_PROCESSOR}"
    changes.settle(resource, wanted=wanted, actual=actual, apply=apply)
    if mapping is not None and "EventSourceMappingArn" in mapping:
        tags.ensure_tags(target, changes, resource, mapping["EventSourceMappingArn"])


def remove_event_sources(target: Target, removals: Removals) -> None:
    """Remove what polls for the functions, which starts work and costs requests day and night."""
    client = target.client("lambda")
    for function in target.settings.functions:
        pages = client.get_paginator("list_event_source_mappings").paginate(FunctionName=function)
        for mapping in [each for page in pages for each in page["EventSourceMappings"]]:
            # Whatever polls for a function ends with it, so the tags of the function decide.
            if mapping["State"] != "Deleting":
                removals.remove(
                    target,
                    f"event source of {function}",
                    target.arns.function(function),
                    partial(client.delete_event_source_mapping, UUID=mapping["UUID"]),
                )


def remove_functions(target: Target, removals: Removals) -> None:
    """Remove the functions, with their permissions and destinations."""
    client = target.client("lambda")
    for function in target.settings.functions:
        removals.remove(
            target,
            function,
            target.arns.function(function),
            partial(client.delete_function, FunctionName=function),
        )


def environments(arns: Arns, queue_url: Any) -> dict[str, dict[str, Any]]:
    """Return the variables of the functions that have some, by function.

    Args:
        arns: Of the account.
        queue_url: Of the main queue; in a template what stands for it.
    """
    settings = arns.settings
    largest = {"MAX_FILE_BYTES": str(settings.max_file_bytes)}
    results = {"PROCESSED_BUCKET": settings.processed_bucket}
    owner = {"BUCKET_OWNER": arns.account}
    return {
        CSV_VALIDATOR: {_QUEUE_URL: queue_url, **results, **largest, **owner},
        CSV_PROCESSOR: {"STATE_MACHINE_ARN": arns.state_machine, **results},
        PARSE_CSV: {**largest, **owner},
        TRANSFORM_DATA: owner,
        MOVE_TO_FAILED: owner,
        SEND_NOTIFICATION: {"TOPIC_ARN": arns.topic},
    }


def ensure_function(
    target: Target,
    changes: Changes,
    function: Function,
    archive: bytes,
    environment: dict[str, str],
) -> None:
    """Make a function exist with this code and configuration; it may not be active yet.

    Args:
        target: Where.
        changes: Records what was done.
        function: Its name and size; its role must exist.
        archive: The zip of its code.
        environment: Its variables.
    """
    client = target.client("lambda")
    found: dict[str, Any] | None = unless_missing(
        lambda: client.get_function_configuration(FunctionName=function.name), _MISSING
    )
    _ensure_code(target, changes, function, found, archive)

    variables: dict[str, str] = (found or {}).get("Environment", {}).get("Variables", {})
    wanted: dict[str, Any] = {
        "Runtime": target.settings.runtime,
        "Handler": function.handler,
        "Role": target.arns.role(function.role_name),
        "Timeout": function.timeout_seconds,
        "MemorySize": function.memory_mb,
        "Environment": {"Variables": with_known_queue_url(environment, variables)},
    }

    def apply() -> None:
        if found is None:
            code = {
                "Code": {"ZipFile": archive},
                "Architectures": [target.settings.architecture],
                "Tags": tags.tags_of(target.settings),
            }
            once_granted(
                lambda: client.create_function(FunctionName=function.name, **code, **wanted)
            )
        else:
            once_granted(
                lambda: client.update_function_configuration(FunctionName=function.name, **wanted)
            )
            _wait(client, "function_updated", function)

    actual = {name: found.get(name) for name in wanted} if found else None
    changes.settle(
        function.name,
        wanted=wanted,
        actual=actual and actual | {"Environment": {"Variables": variables}},
        apply=apply,
    )
    if found is not None:
        tags.ensure_tags(target, changes, function.name, target.arns.function(function.name))


def _ensure_code(
    target: Target,
    changes: Changes,
    function: Function,
    found: dict[str, Any] | None,
    archive: bytes,
) -> None:
    client = target.client("lambda")
    architectures = [target.settings.architecture]

    def apply() -> None:
        if found is None:
            return  # a new function is created with its code
        client.update_function_code(
            FunctionName=function.name, ZipFile=archive, Architectures=architectures
        )
        # Lambda refuses another change until this one is complete.
        _wait(client, "function_updated", function)

    changes.settle(
        f"code of {function.name}",
        wanted={"CodeSha256": code_sha256(archive), "Architectures": architectures},
        actual=found and {name: found[name] for name in ("CodeSha256", "Architectures")},
        apply=apply,
    )


def wait_until_active(target: Target, *functions: Function) -> None:
    """Wait until functions are ready to run.

    Raises:
        ProvisionError: One of them cannot run; the message has Lambda's reason.
    """
    for function in functions:
        _wait(target.client("lambda"), "function_active", function)


def _wait(client: Any, state: str, function: Function) -> None:
    try:
        client.get_waiter(state).wait(FunctionName=function.name, WaiterConfig=_POLL)
    except WaiterError as error:
        now = client.get_function_configuration(FunctionName=function.name)
        reason = now.get("StateReason") or now.get("LastUpdateStatusReason") or error
        raise ProvisionError(
            "{function} is {state}: {reason}",
            function=function.name,
            state=now["State"],
            reason=reason,
        ) from error


def with_known_queue_url(wanted: dict[str, str], actual: dict[str, str]) -> dict[str, str]:
    """Keep the queue URL a function knows when it names the same queue.

    An endpoint may use the host of the request in its queue URLs, so the same queue can have
    several URLs; that is not a change.

    Args:
        wanted: The variables a function should have.
        actual: The variables it has.
    """
    known, asked = actual.get(_QUEUE_URL), wanted.get(_QUEUE_URL)
    if known and asked and urlsplit(known).path == urlsplit(asked).path:
        return wanted | {_QUEUE_URL: known}
    return wanted

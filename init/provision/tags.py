"""Tags: what tells a lab's own resources from others in the account with the same names."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from provision.target import unless_missing

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from provision.changes import Changes
    from provision.settings import Settings
    from provision.target import Target

Tags = dict[str, str]

LAB: Final = "lab"
LAB_ID: Final = "lab-id"
CREATED_BY: Final = "created-by"

_MISSING: Final = (
    "AWS.SimpleQueueService.NonExistentQueue",
    "NoSuchBucket",
    "NoSuchEntity",  # IAM
    "NotFound",  # SNS
    "QueueDoesNotExist",
    "ResourceNotFound",  # CloudWatch and SNS
    "ResourceNotFoundException",  # Lambda, Logs and CloudWatch
    "ResourceNotFoundFault",
    "StateMachineDoesNotExist",
)
"""By which the services say that what the tags are asked of does not exist."""


def tags_of(settings: Settings) -> Tags:
    """Return the tags of everything that is made for these settings."""
    return {
        LAB: "csv-report-processor",
        LAB_ID: settings.lab_id,
        CREATED_BY: "python -m provision",
    }


def tag_list(settings: Settings) -> list[dict[str, str]]:
    """Return the same as most services take it."""
    return _as_list(tags_of(settings))


def tag_list_of_workflows(settings: Settings) -> list[dict[str, str]]:
    """Return the same as Step Functions takes it."""
    return _as_list(tags_of(settings), "key", "value")


def is_own(settings: Settings, tags: Mapping[str, str]) -> bool:
    """Tell whether a resource with these tags is of the lab with these settings."""
    wanted = tags_of(settings)
    return all(tags.get(name) == wanted[name] for name in (LAB, LAB_ID))


def ensure_tags(target: Target, changes: Changes, resource: str, arn: str) -> None:
    """Give a resource that exists already the tags it would have been created with.

    Other tags stay. Nothing is recorded where there is nothing to do: tags are part of a resource.

    Args:
        target: Where.
        changes: Records what was done.
        resource: Its name for people.
        arn: Its ARN.
    """
    wanted = tags_of(target.settings)
    present = read_tags(target, arn) or {}
    if not is_own(target.settings, present):
        changes.foreign.append(resource)
    actual = {name: present[name] for name in wanted if name in present}
    if actual != wanted:
        changes.settle(
            f"tags of {resource}",
            wanted=wanted,
            actual=actual or None,
            apply=lambda: write_tags(target, arn, present | wanted),
        )


def read_tags(target: Target, arn: str) -> Tags | None:
    """Return the tags of a resource; None where it does not exist."""
    read, _ = _SERVICES[_service_of(arn)]
    return unless_missing(lambda: read(target.client(_service_of(arn)), arn), *_MISSING)


def write_tags(target: Target, arn: str, tags: Tags) -> None:
    """Give a resource tags.

    Args:
        target: Where.
        arn: Of the resource.
        tags: All of them; for most services those that it has need not be among them.
    """
    _, write = _SERVICES[_service_of(arn)]
    write(target.client(_service_of(arn)), arn, tags)


def _service_of(arn: str) -> str:
    """Return the name that boto3 has for the service of an ARN."""
    service = arn.split(":")[2]
    return "stepfunctions" if service == "states" else service


def _name_in(arn: str) -> str:
    return arn.rpartition(":")[2].rpartition("/")[2]


def _as_list(tags: Tags, name: str = "Key", value: str = "Value") -> list[dict[str, str]]:
    return [{name: key, value: text} for key, text in tags.items()]


def _from_list(tags: list[dict[str, str]], name: str = "Key", value: str = "Value") -> Tags:
    return {each[name]: each[value] for each in tags}


def _queue_url(sqs: Any, arn: str) -> str:
    url: str = sqs.get_queue_url(QueueName=_name_in(arn))["QueueUrl"]
    return url


def _bucket_tags(s3: Any, arn: str) -> Tags:
    found = unless_missing(lambda: s3.get_bucket_tagging(Bucket=_name_in(arn)), "NoSuchTagSet")
    return _from_list(found["TagSet"]) if found else {}


def _queue_tags(sqs: Any, arn: str) -> Tags:
    tags: Tags = sqs.list_queue_tags(QueueUrl=_queue_url(sqs, arn)).get("Tags") or {}
    return tags


_SERVICES: Final[
    Mapping[str, tuple[Callable[[Any, str], Tags], Callable[[Any, str, Tags], object]]]
] = {
    "cloudwatch": (
        lambda client, arn: _from_list(client.list_tags_for_resource(ResourceARN=arn)["Tags"]),
        lambda client, arn, tags: client.tag_resource(ResourceARN=arn, Tags=_as_list(tags)),
    ),
    "iam": (
        lambda client, arn: _from_list(client.list_role_tags(RoleName=_name_in(arn))["Tags"]),
        lambda client, arn, tags: client.tag_role(RoleName=_name_in(arn), Tags=_as_list(tags)),
    ),
    "lambda": (
        lambda client, arn: client.list_tags(Resource=arn).get("Tags", {}),
        lambda client, arn, tags: client.tag_resource(Resource=arn, Tags=tags),
    ),
    "logs": (
        lambda client, arn: client.list_tags_for_resource(resourceArn=arn)["tags"],
        lambda client, arn, tags: client.tag_resource(resourceArn=arn, tags=tags),
    ),
    "s3": (
        _bucket_tags,
        lambda client, arn, tags: client.put_bucket_tagging(
            Bucket=_name_in(arn), Tagging={"TagSet": _as_list(tags)}
        ),
    ),
    "sns": (
        lambda client, arn: _from_list(client.list_tags_for_resource(ResourceArn=arn)["Tags"]),
        lambda client, arn, tags: client.tag_resource(ResourceArn=arn, Tags=_as_list(tags)),
    ),
    "sqs": (
        _queue_tags,
        lambda client, arn, tags: client.tag_queue(QueueUrl=_queue_url(client, arn), Tags=tags),
    ),
    "stepfunctions": (
        lambda client, arn: _from_list(
            client.list_tags_for_resource(resourceArn=arn)["tags"], "key", "value"
        ),
        lambda client, arn, tags: client.tag_resource(
            resourceArn=arn, tags=_as_list(tags, "key", "value")
        ),
    ),
}
"""How each service reads and writes the tags of a resource, by its name in boto3."""

"""Keep the tags that are given to a log group after its creation."""

from collections.abc import Callable
from typing import Any

from localstack.services.logs.models import logs_stores
from localstack.utils.aws import arns


def tag_resource(
    tag_resource: Callable[..., None],
    self: Any,
    context: Any,
    resource_arn: str,
    tags: dict[str, str],
    **others: Any,
) -> None:
    """Tag a resource by its ARN; the original checks it, but loses the first tags."""
    tag_resource(self, context, resource_arn, tags, **others)
    _keep(context, resource_arn, tags)


def tag_log_group(
    tag_log_group: Callable[..., None],
    self: Any,
    context: Any,
    log_group_name: str,
    tags: dict[str, str],
    **others: Any,
) -> None:
    """Tag a log group by its name, as the older operation does."""
    tag_log_group(self, context, log_group_name, tags, **others)
    arn = arns.log_group_arn(
        group_name=log_group_name, account_id=context.account_id, region_name=context.region
    )
    _keep(context, arn, tags)


def _keep(context: Any, arn: str, tags: dict[str, str]) -> None:
    stored = logs_stores[context.account_id][context.region].TAGS
    stored.setdefault(arn, {}).update(tags or {})

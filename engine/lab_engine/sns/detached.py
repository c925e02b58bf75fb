"""Subscriptions whose topic was deleted: they stay listed, and can be taken away, as on AWS."""

from collections.abc import Callable
from typing import Any

from localstack.services.sns.models import sns_stores
from localstack.utils.aws.arns import extract_account_id_from_arn, extract_region_from_arn


def unsubscribe(
    original: Callable[..., Any],
    self: Any,
    context: Any,
    subscription_arn: str,
    **kwargs: object,
) -> Any:
    """Unsubscribe, also from a topic that was made again since.

    The new topic does not have the subscription; LocalStack takes it off the topic's list without
    looking whether it is there.
    """
    account = extract_account_id_from_arn(subscription_arn)
    region = extract_region_from_arn(subscription_arn)
    if account and region:
        store = sns_stores[account][region]
        record = store.subscriptions.get(subscription_arn)
        topic = record and store.topics.get(record["TopicArn"])
        if topic and subscription_arn not in topic["subscriptions"]:
            topic["subscriptions"].append(subscription_arn)
    return original(self, context, subscription_arn, **kwargs)

"""Subscribe and never open the letter."""

from course.sandbox import Sandbox
from course.week4.step1_topic.solve import subscriptions, topic_arn


def make(sandbox: Sandbox) -> None:
    """Have a subscription that waits for its confirmation."""
    sns = sandbox.client("sns")
    for each in subscriptions(sandbox):
        sns.unsubscribe(SubscriptionArn=each["SubscriptionArn"])
    sns.subscribe(TopicArn=topic_arn(sandbox), Protocol="email", Endpoint=sandbox.email)

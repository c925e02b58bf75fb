"""Subscribe and never open the letter."""

from course.notifications import subscriptions
from course.sandbox import Sandbox
from course.week4.step1_topic.solve import TOPIC, topic_arn


def make(sandbox: Sandbox) -> None:
    """Have a subscription that waits for its confirmation."""
    sns = sandbox.client("sns")
    for each in subscriptions(sandbox, TOPIC):
        sns.unsubscribe(SubscriptionArn=each["SubscriptionArn"])
    sns.subscribe(TopicArn=topic_arn(sandbox), Protocol="email", Endpoint=sandbox.email)

"""Choose Email-JSON of the list."""

from course.notifications import subscriptions
from course.sandbox import Sandbox
from course.week4.step1_topic.solve import TOPIC, topic_arn


def make(sandbox: Sandbox) -> None:
    """Have JSON mailed."""
    sns = sandbox.client("sns")
    for each in subscriptions(sandbox, TOPIC):
        sns.unsubscribe(SubscriptionArn=each["SubscriptionArn"])
    sns.subscribe(TopicArn=topic_arn(sandbox), Protocol="email-json", Endpoint=sandbox.email)

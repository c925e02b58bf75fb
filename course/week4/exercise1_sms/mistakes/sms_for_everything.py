"""Subscribe the phone and no more."""

from course.notifications import subscriptions
from course.sandbox import Sandbox
from course.week4.exercise1_sms.solve import subscribe
from course.week4.step1_topic.solve import TOPIC


def make(sandbox: Sandbox) -> None:
    """Send a message for every file."""
    for each in subscriptions(sandbox, TOPIC):
        if each["Protocol"] == "sms":
            sandbox.client("sns").unsubscribe(SubscriptionArn=each["SubscriptionArn"])
    subscribe(sandbox, None)

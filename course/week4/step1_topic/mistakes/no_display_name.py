"""Leave the display name empty."""

from course.sandbox import Sandbox
from course.week4.step1_topic.solve import topic_arn


def make(sandbox: Sandbox) -> None:
    """Let mail come from AWS Notifications."""
    sandbox.client("sns").set_topic_attributes(
        TopicArn=topic_arn(sandbox), AttributeName="DisplayName", AttributeValue=""
    )

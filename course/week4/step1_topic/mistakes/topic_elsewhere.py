"""Make the topic with another region chosen."""

from course.resources import Resource, remove
from course.sandbox import Sandbox
from course.week4.step1_topic.solve import TOPIC, topic_arn


def make(sandbox: Sandbox) -> None:
    """Have the topic in us-east-1."""
    remove(sandbox, Resource("topic", topic_arn(sandbox)))
    sandbox.client("sns", region="us-east-1").create_topic(Name=TOPIC)

"""One SQS queue as tests look at it: what is in it, without taking it away from anybody."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from tests.waiting import PATIENCE, wait_until

if TYPE_CHECKING:
    from provision.settings import Queue

_LOOKING = 5
"""Seconds for which a message is out of sight while a test looks through the queue."""


class TestedQueue:
    """A queue of the lab.

    SQS has no way to look without receiving: messages are received for a moment and released.
    """

    __test__ = False  # pytest takes the name for a test

    def __init__(self, sqs: Any, queue: Queue) -> None:
        self._sqs = sqs
        self.name = queue.name
        self.url: str = sqs.get_queue_url(QueueName=queue.name)["QueueUrl"]
        attributes = sqs.get_queue_attributes(QueueUrl=self.url, AttributeNames=["QueueArn"])
        self.arn: str = attributes["Attributes"]["QueueArn"]

    def depth(self) -> int:
        """Return how many messages it holds: visible, in flight and delayed."""
        names = [
            "ApproximateNumberOfMessages",
            "ApproximateNumberOfMessagesNotVisible",
            "ApproximateNumberOfMessagesDelayed",
        ]
        answer = self._sqs.get_queue_attributes(QueueUrl=self.url, AttributeNames=names)
        return sum(int(answer["Attributes"][name]) for name in names)

    def find(self, text: str) -> dict[str, Any] | None:
        """Return a visible message whose body holds this text, or None."""
        messages = self._look()
        for message in messages:
            self._release(message)
        return next((each for each in messages if text in each["Body"]), None)

    def wait_for(self, text: str, *, within: float = PATIENCE) -> dict[str, Any]:
        """Wait for a message whose body holds this text; it stays in the queue."""
        return wait_until(
            f"a message with {text} in {self.name}",
            lambda: self.find(text),
            within=within,
            seen=lambda: f"{self.name} holds {self.depth()} messages",
        )

    def take(self, text: str, *, within: float = PATIENCE) -> dict[str, Any]:
        """Wait for a message whose body holds this text, and remove it."""

        def look() -> dict[str, Any] | None:
            taken = None
            for message in self._look():
                if text in message["Body"]:
                    taken = message
                    self._sqs.delete_message(
                        QueueUrl=self.url, ReceiptHandle=message["ReceiptHandle"]
                    )
                else:
                    self._release(message)
            return taken

        return wait_until(
            f"a message with {text} in {self.name}",
            look,
            within=within,
            seen=lambda: f"{self.name} holds {self.depth()} messages",
        )

    def redrive_to(self, queue: TestedQueue) -> None:
        """Send what this dead letter queue holds to a queue.

        Named, because what Lambda's on-failure destination put here has no source queue.
        """
        self._sqs.start_message_move_task(SourceArn=self.arn, DestinationArn=queue.arn)

    def _look(self) -> list[dict[str, Any]]:
        messages: list[dict[str, Any]] = []
        while batch := self._sqs.receive_message(
            QueueUrl=self.url,
            MaxNumberOfMessages=10,
            VisibilityTimeout=_LOOKING,
            WaitTimeSeconds=0,
            AttributeNames=["All"],
        ).get("Messages"):
            messages.extend(batch)
        return messages

    def _release(self, message: dict[str, Any]) -> None:
        self._sqs.change_message_visibility(
            QueueUrl=self.url, ReceiptHandle=message["ReceiptHandle"], VisibilityTimeout=0
        )

"""Take a message, work on it for longer than it is hidden, and see who gets it then."""

from typing import Any

from course.language import Text
from course.question import Tell
from course.sandbox import Sandbox
from provision.waiting import poll

NAME = "pipeline-visibility-experiment"
HIDDEN_SECONDS = 1
PATIENCE_SECONDS = 10.0


def run(sandbox: Sandbox, tell: Tell) -> str:
    """Receive one message twice without deleting it; `b` when the second reader gets it."""
    sqs = sandbox.client("sqs")
    url = sqs.create_queue(QueueName=NAME)["QueueUrl"]
    try:
        sqs.send_message(QueueUrl=url, MessageBody="work")
        first = _receive(sqs, url)
        tell(
            Text(
                th=f"คนแรกได้ message แล้ว ซ่อนไว้ {HIDDEN_SECONDS} วินาที แต่เขาทำงานนานกว่านั้น",
                en=f"The first reader has it, hidden for {HIDDEN_SECONDS} s, and works longer.",
            )
        )
        second = poll(lambda: _receive(sqs, url), within=PATIENCE_SECONDS)
    finally:
        sqs.delete_queue(QueueUrl=url)
    got = second is not None and second == first
    tell(
        Text(th="คนที่สองก็ได้ message เดียวกัน", en="A second reader gets the same message.")
        if got
        else Text(th="คนที่สองไม่ได้", en="A second reader gets none.")
    )
    return "b" if got else "a"


def _receive(sqs: Any, url: str) -> str | None:
    got = sqs.receive_message(QueueUrl=url, VisibilityTimeout=HIDDEN_SECONDS, WaitTimeSeconds=1)
    return next((each["MessageId"] for each in got.get("Messages", ())), None)

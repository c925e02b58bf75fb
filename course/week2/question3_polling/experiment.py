"""Ask an empty queue, short and long, and send a message while the long question waits."""

import threading
import time

from course.language import Text
from course.question import Tell
from course.sandbox import Sandbox

NAME = "pipeline-polling-experiment"
LONGEST_SECONDS = 10
SENT_AFTER_SECONDS = 1.0


def run(sandbox: Sandbox, tell: Tell) -> str:
    """Time both kinds of poll; `b` when the long one answers with the message at once."""
    sqs = sandbox.client("sqs")
    url = sqs.create_queue(QueueName=NAME)["QueueUrl"]
    sending = threading.Timer(
        SENT_AFTER_SECONDS, lambda: sqs.send_message(QueueUrl=url, MessageBody="work")
    )
    try:
        began = time.monotonic()
        sqs.receive_message(QueueUrl=url, WaitTimeSeconds=0)
        short_seconds = time.monotonic() - began
        tell(
            Text(
                th=f"short poll ของคิวว่างตอบใน {short_seconds:.1f} วินาที ว่าไม่มี",
                en=f"A short poll of the empty queue answers after {short_seconds:.1f} s: nothing.",
            )
        )
        sending.start()
        began = time.monotonic()
        got = sqs.receive_message(QueueUrl=url, WaitTimeSeconds=LONGEST_SECONDS).get("Messages", [])
        long_seconds = time.monotonic() - began
        tell(
            Text(
                th=f"long poll ตอบหลัง {long_seconds:.1f} วินาที ได้ {len(got)} message",
                en=f"A long poll answers after {long_seconds:.1f} s, with {len(got)} message(s).",
            )
        )
    finally:
        sending.join()
        sqs.delete_queue(QueueUrl=url)
    if not got:
        return "c"
    return "b" if long_seconds < LONGEST_SECONDS / 2 else "a"

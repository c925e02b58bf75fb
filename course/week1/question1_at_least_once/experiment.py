"""Invoke csv-validator twice with one event and count what its log shows."""

import json

from course.evidence import invocations
from course.language import Text
from course.question import Tell
from course.s3_event import s3_event
from course.sandbox import Sandbox
from provision.waiting import poll

FUNCTION = "csv-validator"
KEY = "uploads/sent-twice.csv"
PATIENCE_SECONDS = 20.0


def run(sandbox: Sandbox, tell: Tell) -> str:
    """Send one event twice; `b` when the function ran twice."""
    client, logs = sandbox.client("lambda"), sandbox.client("logs")
    before = sum(each.mentions(KEY) for each in invocations(logs, FUNCTION))
    event = json.dumps(s3_event(sandbox.raw_bucket, KEY, 100, sandbox.region))
    # The object itself is not put: a trigger that is there already would send a third event.
    tell(Text(th=f"เรียก {FUNCTION} ด้วย event เดียวกันสองครั้ง", en="The same event, twice ..."))
    answers = [client.invoke(FunctionName=FUNCTION, Payload=event) for _ in range(2)]

    def ran_since() -> int:
        return sum(each.mentions(KEY) for each in invocations(logs, FUNCTION)) - before

    poll(lambda: ran_since() >= len(answers), within=PATIENCE_SECONDS)
    ran = ran_since()
    tell(Text(th=f"log แสดง {ran} invocation", en=f"The log shows {ran} invocations."))
    return {1: "a", 2: "b"}.get(ran, "c")

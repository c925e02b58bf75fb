"""Publish while nobody reads, and read the queue afterwards."""

import secrets

from course.language import Text
from course.notifications import listening
from course.question import Tell
from course.sandbox import Sandbox
from course.week4.step1_topic.solve import topic_arn
from provision.waiting import Polling, poll

LATER_SECONDS = 3
PATIENCE_SECONDS = 10.0


def run(sandbox: Sandbox, tell: Tell) -> str:
    """Subscribe a queue, publish, wait, and only then read; `b` when the message is there."""
    token = secrets.token_hex(3)
    with listening(sandbox, topic_arn(sandbox)) as listener:
        sandbox.client("sns").publish(
            TopicArn=topic_arn(sandbox), Subject=token, Message="Is anybody there?"
        )
        tell(
            Text(
                th=f"ส่งแล้ว ไม่มีใครอ่าน รอ {LATER_SECONDS} วินาทีแทนหนึ่งวัน",
                en=f"It was published, and nobody reads. {LATER_SECONDS} s stand for a day ...",
            )
        )
        for _ in Polling(within=LATER_SECONDS, every=LATER_SECONDS):
            pass  # nobody looks meanwhile: that is the experiment
        heard = poll(lambda: listener.about(token), within=PATIENCE_SECONDS) or []
    tell(Text(th=f"ในคิวมี {len(heard)} ข้อความ", en=f"In the queue: {len(heard)} message(s)."))
    return "b" if heard else "c"

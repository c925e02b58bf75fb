"""Upload a file, and hold its whole way against the part that functions worked."""

import re
import secrets
from datetime import UTC, datetime

from course.evidence import invocations
from course.language import Text
from course.notifications import listening
from course.question import Tell
from course.sales import sales_file
from course.sandbox import Sandbox
from course.week4.step1_topic.solve import topic_arn
from course.week4.step5_dashboard.solve import FUNCTIONS
from provision.waiting import poll

PATIENCE_SECONDS = 60.0
_DURATION = re.compile(r"\bDuration: ([\d.]+) ms")


def run(sandbox: Sandbox, tell: Tell) -> str:
    """Measure both; `b` when the functions' durations are less than the whole way."""
    s3 = sandbox.client("s3")
    token = secrets.token_hex(3)
    key = f"uploads/{token}-timed.csv"
    began = datetime.now(UTC)
    with listening(sandbox, topic_arn(sandbox)) as listener:
        s3.put_object(
            Bucket=sandbox.raw_bucket, Key=key, Body=sales_file(sandbox.seed(token), 5).body
        )
        poll(lambda: listener.about(token), within=PATIENCE_SECONDS)
    whole_seconds = (datetime.now(UTC) - began).total_seconds()
    s3.delete_object(Bucket=sandbox.raw_bucket, Key=key)
    worked_seconds = sum(_worked_seconds(sandbox, function, began) for function in FUNCTIONS)
    tell(
        Text(
            th=f"จากอัปโหลดถึงข้อความ {whole_seconds:.1f} วินาที "
            f"ฟังก์ชันทำงานรวม {worked_seconds:.1f} วินาที",
            en=f"From upload to message {whole_seconds:.1f} s; "
            f"functions worked for {worked_seconds:.1f} s.",
        )
    )
    return "b" if worked_seconds < whole_seconds else "a"


def _worked_seconds(sandbox: Sandbox, function: str, since: datetime) -> float:
    lines = [
        line
        for each in invocations(sandbox.client("logs"), function, since)
        for line in each.lines
        if line.startswith("REPORT")
    ]
    return sum(float(found[1]) for line in lines if (found := _DURATION.search(line))) / 1000

"""Let csv-validator run once at a time, upload a handful of files at once, see who is read."""

import secrets
from concurrent.futures import ThreadPoolExecutor

from course.evidence import invocations
from course.language import Text
from course.question import Tell
from course.sales import sales_file
from course.sandbox import Sandbox
from provision.waiting import poll

FUNCTION = "csv-validator"
FILES = 6
PATIENCE_SECONDS = 240.0
"""Lambda waits one minute before the second attempt at an event, two before the third."""


def run(sandbox: Sandbox, tell: Tell) -> str:
    """Upload more files than may be read at once; `b` when all of them are read in the end."""
    s3, client = sandbox.client("s3"), sandbox.client("lambda")
    token = secrets.token_hex(3)
    keys = [f"uploads/{token}-{number}.csv" for number in range(FILES)]
    body = sales_file(sandbox.seed(token), 2).body
    tell(Text(th=f"ให้ {FUNCTION} รันทีละหนึ่ง", en=f"{FUNCTION} may run once at a time ..."))
    client.put_function_concurrency(FunctionName=FUNCTION, ReservedConcurrentExecutions=1)
    try:
        with ThreadPoolExecutor(FILES) as pool:
            list(
                pool.map(
                    lambda key: s3.put_object(Bucket=sandbox.raw_bucket, Key=key, Body=body), keys
                )
            )
        tell(Text(th=f"อัปโหลด {FILES} ไฟล์พร้อมกันแล้ว รอดู", en=f"{FILES} files at once. Wait ..."))
        read = _wait_for(sandbox, keys)
    finally:
        client.delete_function_concurrency(FunctionName=FUNCTION)
        for key in keys:
            s3.delete_object(Bucket=sandbox.raw_bucket, Key=key)
    tell(Text(th=f"อ่านแล้ว {read} จาก {FILES} ไฟล์", en=f"{read} of {FILES} files were read."))
    return "b" if read == FILES else "a"


def _wait_for(sandbox: Sandbox, keys: list[str]) -> int:
    logs = sandbox.client("logs")

    def read() -> int:
        seen = invocations(logs, FUNCTION)
        return sum(any(each.mentions(key) for each in seen) for key in keys)

    poll(lambda: read() == len(keys), within=PATIENCE_SECONDS)
    return read()

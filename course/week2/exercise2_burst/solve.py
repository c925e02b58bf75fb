"""Upload twenty files at once and wait for their results."""

from concurrent.futures import ThreadPoolExecutor
from typing import Final

from course.sales import sales_file
from course.sales_results import results
from course.sandbox import Sandbox
from provision.changes import Changes
from provision.waiting import poll

FILES: Final = 20
WORD: Final = "burst"
PATIENCE_SECONDS: Final = 120.0


def solve(sandbox: Sandbox, changes: Changes) -> None:
    """Afterwards each of the twenty has a result."""
    keys = [f"uploads/{WORD}-{number:02}.csv" for number in range(1, FILES + 1)]
    found = sandbox.client("s3").list_objects_v2(
        Bucket=sandbox.raw_bucket, Prefix=f"uploads/{WORD}"
    )
    there = {each["Key"] for each in found.get("Contents", ())}
    lacking = [key for key in keys if key not in there]
    changes.settle(
        f"{FILES} files at once",
        wanted=[],
        actual=lacking,
        apply=lambda: upload(sandbox, lacking),
    )
    poll(lambda: _done(sandbox) >= FILES, within=PATIENCE_SECONDS)


def upload(sandbox: Sandbox, keys: list[str]) -> None:
    """Put files at these keys, all at once."""
    s3 = sandbox.client("s3")

    def put(key: str) -> None:
        body = sales_file(sandbox.seed(key), 3).body
        s3.put_object(Bucket=sandbox.raw_bucket, Key=key, Body=body)

    with ThreadPoolExecutor(len(keys)) as pool:
        list(pool.map(put, keys))


def _done(sandbox: Sandbox) -> int:
    return len(list(results(sandbox.client("s3"), sandbox.processed_bucket, WORD)))

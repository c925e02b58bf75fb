"""Uploads many sample files at once and waits for their results.

    python -m bench.throughput --files 100            the lab
    python -m bench.throughput --files 100 --plain    LocalStack with the process executor only

It prints files a minute, CPU per file, the time to the first result, the peak memory of all
processes, and what stands in the dead-letter queue. The exit status is 1 unless every file has its
result and that queue is empty.
"""

import argparse
import json
import sys
import tempfile
import time
import uuid
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict, dataclass, field
from datetime import UTC, date, datetime
from pathlib import Path

from bench.emulators import Emulator, start_lab, start_plain, stop_emulators_on_termination
from bench.process_tree import watch
from bench.wire import counted_requests
from lab.running import RunningLab

SAMPLE = Path(__file__).parents[1] / "samples" / "sample_sales.csv"
UPLOADERS = 8
LISTING = b"list-type=2"
"""In the first line of the requests by which results are looked for (S3, ListObjectsV2)."""

_SHORTEST_LOOK_SECONDS, _LONGEST_LOOK_SECONDS = 0.02, 1.0
_PRECISION = 0.01
"""How much of the time so far may pass between a result and the look that finds it."""
_BEFORE_THE_FIRST = 0.1
"""The same before the first result."""
_STEPS = 3
"""Looks between now and when the last result is expected."""
_GIVE_UP_SECONDS = 3600
_QUIET_SECONDS = 1.0


@dataclass(frozen=True)
class Figures:
    """One burst of files, measured."""

    emulator: str
    state: str
    """`cold` right after the start, `warm` when functions have run before."""
    files: int
    results: int
    dead_letters: int
    seconds: float
    first_result_seconds: float
    cpu_ms_per_file: float
    peak_memory_mb: float
    cpu_ms_by_kind: dict[str, float] = field(default_factory=dict)
    """CPU milliseconds a file, by kind of process."""

    kernel_ms_per_file: float = 0.0
    """Of the emulator's first process, the CPU milliseconds a file in system calls."""

    @property
    def files_per_minute(self) -> float:
        """The throughput of the burst."""
        return self.results / self.seconds * 60

    @property
    def is_complete(self) -> bool:
        """Whether every file has its result and none was given up."""
        return self.results == self.files and self.dead_letters == 0


class Pipeline:
    """The pipeline as the benchmark sees it, by the AWS API only."""

    def __init__(self, lab: RunningLab) -> None:
        self._lab = lab
        self._settings = lab.settings
        self._s3 = lab.client("s3")
        self._sqs = lab.client("sqs")

    def upload(self, name: str) -> None:
        """Put the sample file under `uploads/`."""
        body = SAMPLE.read_bytes()
        bucket = self._settings.raw_bucket
        self._s3.put_object(Bucket=bucket, Key=f"uploads/{name}.csv", Body=body)

    def results(self, burst: str, since: date) -> int:
        """Return how many results there are of the files whose names begin so.

        Args:
            burst: The beginning of the files' names.
            since: The day when the first was uploaded, in UTC: a result's key has it.
        """
        days = {since, datetime.now(UTC).date()}
        return sum(self._count(f"processed/{day:%Y/%m/%d}/{burst}") for day in days)

    def _count(self, prefix: str) -> int:
        pages = self._s3.get_paginator("list_objects_v2").paginate(
            Bucket=self._settings.processed_bucket, Prefix=prefix
        )
        return sum(page["KeyCount"] for page in pages)

    def dead_letters(self) -> int:
        """Return how many messages were given up."""
        url = self._lab.queue_url(self._settings.dlq.name)
        names = ["ApproximateNumberOfMessages"]
        answer = self._sqs.get_queue_attributes(QueueUrl=url, AttributeNames=names)
        return int(answer["Attributes"][names[0]])


def run_burst(emulator: Emulator, state: str, files: int) -> Figures:
    """Upload files as fast as eight connections can and wait for all results.

    Args:
        emulator: The running emulator.
        state: `cold` or `warm`, for the figures.
        files: How many.
    """
    pipeline = Pipeline(emulator.lab)
    with watch(emulator.pid) as usage:
        first, seconds, results = _upload_and_wait(pipeline, files)
    return Figures(
        emulator=emulator.name,
        state=state,
        files=files,
        results=results,
        dead_letters=pipeline.dead_letters(),
        seconds=seconds,
        first_result_seconds=first,
        cpu_ms_per_file=usage.cpu_seconds * 1000 / files,
        peak_memory_mb=usage.peak_memory_bytes / 2**20,
        cpu_ms_by_kind={kind: used * 1000 / files for kind, used in usage.cpu_by_kind.items()},
        kernel_ms_per_file=usage.kernel_seconds * 1000 / files,
    )


def _upload_and_wait(pipeline: Pipeline, files: int) -> tuple[float, float, int]:
    """Return the seconds to the first and to the last result, and how many there are then."""
    burst = f"burst-{uuid.uuid4().hex[:8]}"
    today, started = datetime.now(UTC).date(), time.monotonic()
    with ThreadPoolExecutor(UPLOADERS) as uploads:
        list(uploads.map(lambda n: pipeline.upload(f"{burst}-{n}"), range(files)))
    first = 0.0
    while True:
        results = pipeline.results(burst, today)
        seconds = time.monotonic() - started
        if results and not first:
            first = seconds
        if results >= files or seconds > _GIVE_UP_SECONDS:
            return first, seconds, results
        time.sleep(pause_before_next_look(seconds, results, files))


def pause_before_next_look(seconds: float, results: int, files: int) -> float:
    """Return how long to wait, so that few looks find the last result soon.

    A look costs the emulator time, and the more the more results there are: what looks five times
    a second measures itself.

    Args:
        seconds: Since the first upload.
        results: How many there are.
        files: How many there will be.
    """
    if results:
        expected = seconds * (files - results) / results
        pause = max(expected / _STEPS, seconds * _PRECISION)
    else:
        pause = seconds * _BEFORE_THE_FIRST
    return min(max(pause, _SHORTEST_LOOK_SECONDS), _LONGEST_LOOK_SECONDS)


def requests_per_file(emulator: Emulator, files: int) -> float:
    """Return how many HTTP requests reach the emulator for each file, its upload among them.

    The benchmark's own looks do not count. Everything else does until a second after the last.

    Args:
        emulator: The running emulator; functions have run in it before.
        files: How many are uploaded for it.

    Raises:
        LabError: This user may not read packets.
    """
    with counted_requests(emulator.lab.record.port, LISTING) as requests:
        _upload_and_wait(Pipeline(emulator.lab), files)
        requests.wait_for_quiet(_QUIET_SECONDS)
        return requests.count / files


def describe(figures: Figures) -> str:
    """Return one line for people."""
    return (
        f"{figures.emulator:<10} {figures.state:<5} {figures.files:>4} files: "
        f"{figures.results} results, {figures.dead_letters} dead letters, "
        f"{figures.seconds:.1f} s, {figures.files_per_minute:.0f} files a minute, "
        f"first after {figures.first_result_seconds:.1f} s, "
        f"{figures.cpu_ms_per_file:.0f} ms CPU a file, "
        f"peak memory {figures.peak_memory_mb:.0f} MB"
    )


def main() -> int:
    """Run a cold and then a warm burst."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--files", type=int, default=100)
    parser.add_argument("--warm-up", type=int, default=20, help="files of the cold burst before")
    parser.add_argument("--plain", action="store_true")
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args()
    stop_emulators_on_termination()
    start = start_plain if options.plain else start_lab
    with tempfile.TemporaryDirectory() as folder, start(Path(folder)) as emulator:
        bursts = [("cold", options.warm_up), ("warm", options.files)]
        measured = [run_burst(emulator, state, files) for state, files in bursts if files]
    if options.json:
        print(json.dumps([asdict(figures) for figures in measured]))  # noqa: T201 - its purpose
    else:
        print("\n".join(describe(figures) for figures in measured))  # noqa: T201 - its purpose
    return 0 if all(figures.is_complete for figures in measured) else 1


if __name__ == "__main__":
    sys.exit(main())

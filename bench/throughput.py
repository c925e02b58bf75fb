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
from dataclasses import asdict, dataclass
from pathlib import Path

from bench.emulators import Emulator, start_lab, start_plain, stop_emulators_on_termination
from bench.process_tree import watch
from lab.running import RunningLab
from provision.waiting import Polling

SAMPLE = Path(__file__).parents[1] / "samples" / "sample_sales.csv"
_LOOK_SECONDS = 0.2
_GIVE_UP_SECONDS = 900


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

    def results(self, burst: str) -> int:
        """Return how many results there are of the files whose names begin so."""
        pages = self._s3.get_paginator("list_objects_v2").paginate(
            Bucket=self._settings.processed_bucket, Prefix="processed/"
        )
        keys = [item["Key"] for page in pages for item in page.get("Contents", [])]
        return sum(1 for key in keys if key.rpartition("/")[2].startswith(burst))

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
    burst = f"burst-{uuid.uuid4().hex[:8]}"
    with watch(emulator.pid) as usage:
        started = time.monotonic()
        with ThreadPoolExecutor(8) as uploads:
            list(uploads.map(lambda n: pipeline.upload(f"{burst}-{n}"), range(files)))
            first, seconds, results = _wait_for_results(pipeline, burst, files, started)
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
    )


def _wait_for_results(
    pipeline: Pipeline, burst: str, files: int, started: float
) -> tuple[float, float, int]:
    """Return the seconds to the first and to the last result, and how many there are then."""
    first = 0.0
    for _ in Polling(within=_GIVE_UP_SECONDS, every=_LOOK_SECONDS):
        results = pipeline.results(burst)
        seconds = time.monotonic() - started
        if results and not first:
            first = seconds
        if results >= files:
            break
    return first, seconds, results


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

"""Whether a file costs more when many were there before, and what then takes longer to look at.

    python -m bench.growth --files 500 2000 10000

Files go through one lab in bursts of 500. It prints, and writes to `.lab/bench/`, what each burst
took, and at each of the given numbers of files how long it takes to look at what is there.
"""

import argparse
import json
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from bench.chart import bar_chart
from bench.compare import RESULTS
from bench.emulators import Emulator, start_lab, stop_emulators_on_termination
from bench.throughput import Figures, run_burst
from lab.inventory import take_inventory
from lab.promise.evidence import read_executions, read_log_lines, read_mails, read_metric_totals
from lab.promise.jobs import JobReader
from lab.promise.verify import verify
from lab.running import RunningLab
from provision.settings import CSV_VALIDATOR

_WARM_UP_FILES = 40
_BURST_FILES = 500
_TIMES = 3
_SHOWN_RUNS = 20
_ONCE = "verify"


@dataclass(frozen=True)
class Burst:
    """One burst, and how many files were there before."""

    before: int
    figures: Figures


@dataclass(frozen=True)
class Stage:
    """How long each look takes when so many files have gone through."""

    files: int
    seconds: dict[str, float]


def _first_page(lab: RunningLab) -> None:
    lab.client("s3").list_objects_v2(Bucket=lab.settings.processed_bucket, Prefix="processed/")


def _all_pages(lab: RunningLab) -> None:
    pages = lab.client("s3").get_paginator("list_objects_v2")
    list(pages.paginate(Bucket=lab.settings.processed_bucket, Prefix="processed/"))


def _newest_executions(lab: RunningLab) -> None:
    lab.client("stepfunctions").list_executions(
        stateMachineArn=lab.arns.state_machine, maxResults=_SHOWN_RUNS
    )


def _all_executions(lab: RunningLab) -> None:
    read_executions(lab.client("stepfunctions"), lab.arns.state_machine)


def _runs(lab: RunningLab) -> None:
    reader = JobReader(lab)
    reader.read(reader.executions()[:_SHOWN_RUNS])


def _last_minute_of_a_log(lab: RunningLab) -> None:
    read_log_lines(lab.client("logs"), [CSV_VALIDATOR], datetime.now(UTC) - timedelta(minutes=1))


def _whole_log(lab: RunningLab) -> None:
    read_log_lines(lab.client("logs"), [CSV_VALIDATOR], None)


def _metrics(lab: RunningLab) -> None:
    dimensions = {"FunctionName": CSV_VALIDATOR}
    read_metric_totals(lab.client("cloudwatch"), "AWS/Lambda", ["Invocations"], dimensions)


LOOKS: dict[str, Callable[[RunningLab], Any]] = {
    "first 1,000 results": _first_page,
    "all results": _all_pages,
    "newest 20 executions": _newest_executions,
    "all executions": _all_executions,
    "runs": _runs,
    "last minute of a log": _last_minute_of_a_log,
    "a whole log": _whole_log,
    "a metric of two weeks": _metrics,
    "inbox": read_mails,
    "status": take_inventory,
    _ONCE: verify,
}
"""What is looked at: by AWS's API, or as a command of that name does. `verify` only once."""


def grow(emulator: Emulator, sizes: Sequence[int]) -> Iterator[Burst | Stage]:
    """Upload burst after burst, and look at what is there at each size.

    Args:
        emulator: The running lab.
        sizes: At how many files, ascending.
    """
    run_burst(emulator, "cold", _WARM_UP_FILES)
    files = 0
    for size in sizes:
        while files < size:
            count = min(_BURST_FILES, size - files)
            yield Burst(files, run_burst(emulator, "warm", count))
            files += count
        yield Stage(files, {name: _seconds(name, emulator.lab) for name in LOOKS})


def _seconds(name: str, lab: RunningLab) -> float:
    """Return the median of some looks."""
    took = []
    for _ in range(1 if name == _ONCE else _TIMES):
        began = time.monotonic()
        LOOKS[name](lab)
        took.append(time.monotonic() - began)
    return statistics.median(took)


def burst_table(bursts: Sequence[Burst]) -> str:
    """Return what each burst took as a Markdown table."""
    lines = [
        "| files before | files | s | CPU ms/file | peak MB |",
        "|---" * 5 + "|",
        *(
            f"| {each.before:,} | {each.figures.files} | {each.figures.seconds:.1f} "
            f"| {each.figures.cpu_ms_per_file:.0f} | {each.figures.peak_memory_mb:.0f} |"
            for each in bursts
        ),
    ]
    return "\n".join(lines)


def stage_table(stages: Sequence[Stage]) -> str:
    """Return how long each look takes as a Markdown table, a column for each size."""
    lines = [
        "".join(["| s, at | ", *(f"{stage.files:,} files | " for stage in stages)]).rstrip(),
        "|---" * (len(stages) + 1) + "|",
        *(
            "".join([f"| {name} | ", *(f"{stage.seconds[name]:.2f} | " for stage in stages)])
            for name in LOOKS
        ),
    ]
    return "\n".join(line.rstrip() for line in lines)


def main() -> int:
    """Measure, print and write."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--files", type=int, nargs="+", default=[500, 2_000])
    options = parser.parse_args()
    stop_emulators_on_termination()
    bursts: list[Burst] = []
    stages: list[Stage] = []
    with tempfile.TemporaryDirectory() as folder, start_lab(Path(folder)) as emulator:
        for found in grow(emulator, sorted(options.files)):
            print(json.dumps(asdict(found)), flush=True)  # noqa: T201 - its purpose
            bursts += [found] if isinstance(found, Burst) else []
            stages += [found] if isinstance(found, Stage) else []
            _write(bursts, stages)  # at each step: it takes long, and may be ended before
    print(f"\n{burst_table(bursts)}\n\n{stage_table(stages)}\n")  # noqa: T201 - its purpose
    return 0 if all(burst.figures.is_complete for burst in bursts) else 1


def _write(bursts: Sequence[Burst], stages: Sequence[Stage]) -> None:
    RESULTS.mkdir(parents=True, exist_ok=True)
    tables = f"{burst_table(bursts)}\n\n{stage_table(stages)}\n"
    (RESULTS / "growth.md").write_text(tables, encoding="utf-8")
    bars = {f"{each.before:,}": {"": each.figures.cpu_ms_per_file} for each in bursts}
    chart = bar_chart("CPU ms a file, by files already there", bars)
    (RESULTS / "growth.svg").write_text(chart, encoding="utf-8")


if __name__ == "__main__":
    sys.exit(main())

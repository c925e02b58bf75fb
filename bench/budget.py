"""Where the time of a file goes: CPU milliseconds by process and by part of LocalStack's process.

    python -m bench.budget --files 100

On a warm lab it uploads three bursts. Of the first it reads what each kind of process used, and how
much of that LocalStack's process used in system calls (/proc). In the second py-spy samples which
of its threads has the GIL: the rest of what the process used is divided among the parts as these
samples are. In the third the requests are counted that reach LocalStack over a connection. It
prints a Markdown table.
"""

import argparse
import os
import sys
import tempfile
from collections import Counter
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from bench.emulators import (
    Emulator,
    start_lab,
    start_plain,
    stop_emulators_on_termination,
)
from bench.parts import UNKNOWN, count_by_part, innermost_of_unknown, is_readable
from bench.process_tree import EMULATOR
from bench.profiler import RAW, SAMPLES_A_SECOND, recorded
from bench.throughput import Figures, describe, requests_per_file, run_burst
from lab.errors import LabError

KERNEL = "system calls: connections, files, processes"
_WARM_UP_FILES = 40
_BEFORE_IN_A_BURST = 500
_COUNTED_FILES = 20
_UNKNOWN_SHOWN = 5


@dataclass(frozen=True)
class Budget:
    """What a file costs.

    Attributes:
        figures: Of the burst that nobody looked into.
        sampled: Of the burst that py-spy looked into.
        parts: Samples of LocalStack's process by part.
        unknown: Samples of no known part, by the innermost file.
        requests: That reach LocalStack over a connection, for each file; None if not counted.
    """

    figures: Figures
    sampled: Figures
    parts: Counter[str]
    unknown: Counter[str]
    requests: float | None

    def table(self) -> str:
        """Return it as a Markdown table, the largest part first."""
        by_kind = self.figures.cpu_ms_by_kind
        kernel = self.figures.kernel_ms_per_file
        python = by_kind[EMULATOR] - kernel
        samples = self.parts.total() or 1
        parts = {part: python * n / samples for part, n in self.parts.items()} | {KERNEL: kernel}
        rows = [
            ("**LocalStack's process**", by_kind[EMULATOR]),
            *sorted(parts.items(), key=lambda part: -part[1]),
            *((f"**{kind}**", used) for kind, used in by_kind.items() if kind != EMULATOR),
            ("**all**", self.figures.cpu_ms_per_file),
        ]
        total = self.figures.cpu_ms_per_file
        lines = [f"| {name} | {ms:.1f} | {ms / total * 100:.0f} % |" for name, ms in rows]
        return "\n".join(["| where | CPU ms a file | share |", "|---|---|---|", *lines])

    def remarks(self) -> str:
        """Return what one has to know to read the table."""
        python = self.sampled.cpu_ms_by_kind[EMULATOR] - self.sampled.kernel_ms_per_file
        seconds = python * self.sampled.files / 1000
        sampled_seconds = self.parts.total() / SAMPLES_A_SECOND
        lines = [
            f"{datetime.now(UTC):%Y-%m-%d %H:%M} UTC, load average {os.getloadavg()[0]:.1f} "
            f"on {os.cpu_count()} cores",
            describe(self.figures),
            f"with py-spy: {describe(self.sampled)}",
            f"{self.parts.total()} samples that could be read stand for {sampled_seconds:.1f} s "
            f"with the GIL; by /proc that process used {seconds:.1f} s outside system calls",
        ]
        if self.requests is not None:
            lines.append(f"{self.requests:.1f} HTTP requests a file reach LocalStack")
        if self.parts[UNKNOWN]:
            shown = self.unknown.most_common(_UNKNOWN_SHOWN)
            files = ", ".join(f"{file} {samples}" for file, samples in shown)
            lines.append(f"{UNKNOWN}, samples by innermost file: {files}")
        return "\n".join(lines)


def measure(emulator: Emulator, files: int, already: int, raw: Path) -> Budget:
    """Measure what a file costs.

    Args:
        emulator: The running emulator.
        files: In each burst but those that only warm up or count.
        already: How many go through before anything is measured, besides those that warm up.
        raw: Where py-spy's samples are kept.

    Raises:
        LabError: py-spy may not look into the process.
    """
    run_burst(emulator, "cold", _WARM_UP_FILES)
    for done in range(0, already, _BEFORE_IN_A_BURST):
        run_burst(emulator, "before", min(_BEFORE_IN_A_BURST, already - done))
    figures = run_burst(emulator, "warm", files)
    with recorded(emulator.pid, raw, RAW):
        sampled = run_burst(emulator, "warm", files)
    written = raw.read_text(encoding="utf-8").splitlines()
    lines = [line for line in written if is_readable(line)]
    requests = None
    try:
        requests = requests_per_file(emulator, _COUNTED_FILES)
    except LabError as error:
        print(error, file=sys.stderr)  # noqa: T201 - its purpose
    return Budget(figures, sampled, count_by_part(lines), innermost_of_unknown(lines), requests)


def main() -> int:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--files", type=int, default=100)
    parser.add_argument("--already", type=int, default=0, help="files that went through before")
    parser.add_argument("--plain", action="store_true", help="of LocalStack without the plugin")
    parser.add_argument("--keep", type=Path, help="also keep py-spy's samples in this file")
    options = parser.parse_args()
    stop_emulators_on_termination()
    start = start_plain if options.plain else start_lab
    try:
        with tempfile.TemporaryDirectory() as folder, start(Path(folder)) as emulator:
            raw = options.keep or Path(folder) / "samples.txt"
            budget = measure(emulator, options.files, options.already, raw)
    except LabError as error:
        print(error, file=sys.stderr)  # noqa: T201 - its purpose
        return 1
    print(f"{budget.table()}\n\n{budget.remarks()}")  # noqa: T201 - its purpose
    return 0 if budget.figures.is_complete and budget.sampled.is_complete else 1


if __name__ == "__main__":
    sys.exit(main())

"""Compares plain LocalStack, the lab and MiniStack with the same pipeline and the same files.

    python -m bench.compare --rounds 3 --sizes 1 20 100 500
    python -m bench.compare --rounds 8 --sizes 100 --emulators lab --without runtime.direct_calls

Each round starts every emulator anew, in turn, with the order reversed from round to round: first a
burst right after the start (cold), then one of each size (warm). It writes a table, a plot and the
raw figures to `.lab/bench/`, and prints the table. Ratios are of medians, against the lab.
"""

import argparse
import json
import statistics
import sys
import tempfile
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict
from functools import partial
from pathlib import Path

from bench.chart import bar_chart
from bench.emulators import (
    EMULATORS,
    Starter,
    in_turn,
    start_lab_without,
    stop_emulators_on_termination,
)
from bench.throughput import Figures, describe, run_burst
from lab.paths import REPOSITORY

RESULTS = REPOSITORY / ".lab" / "bench"

type Case = tuple[str, int]
"""Cold or warm, and how many files."""
type Medians = dict[Case, dict[str, Figures]]


def run(
    emulators: Mapping[str, Starter], rounds: int, cold: int, sizes: Sequence[int]
) -> list[Figures]:
    """Run all rounds.

    Args:
        emulators: What starts each, by name.
        rounds: How often each emulator is started.
        cold: Files in the burst right after a start.
        sizes: Files in each of the bursts after it.
    """
    measured = []
    for name in in_turn(list(emulators), rounds):
        with tempfile.TemporaryDirectory() as folder, emulators[name](Path(folder)) as emulator:
            for state, files in [("cold", cold), *(("warm", size) for size in sizes)]:
                figures = run_burst(emulator, state, files)
                print(describe(figures), flush=True)  # noqa: T201 - its purpose
                measured.append(figures)
    return measured


def medians(measured: Iterable[Figures]) -> Medians:
    """Return the burst of median duration for each case and emulator, incomplete ones too."""
    groups: dict[Case, dict[str, list[Figures]]] = defaultdict(lambda: defaultdict(list))
    for figures in measured:
        groups[figures.state, figures.files][figures.emulator].append(figures)
    return {
        case: {name: _median(bursts) for name, bursts in by_emulator.items()}
        for case, by_emulator in groups.items()
    }


def _median(bursts: list[Figures]) -> Figures:
    middle = statistics.median_low(figures.seconds for figures in bursts)
    return next(figures for figures in bursts if figures.seconds == middle)


def table(cases: Medians) -> str:
    """Return the figures as a Markdown table; the last column compares with the lab."""
    lines = [
        "| burst | emulator | results | files/min | first result, s | all, s | CPU ms/file "
        "| peak MB | time / lab's time |",
        "|---|---|---|---|---|---|---|---|---|",
    ]
    for (state, files), by_emulator in cases.items():
        lab = by_emulator.get("lab")
        for name, figures in by_emulator.items():
            ratio = f"{figures.seconds / lab.seconds:.2f}" if lab else "-"
            lines.append(
                f"| {state} {files} | {name} | {figures.results} | {figures.files_per_minute:.0f} "
                f"| {figures.first_result_seconds:.1f} | {figures.seconds:.1f} "
                f"| {figures.cpu_ms_per_file:.0f} | {figures.peak_memory_mb:.0f} | {ratio} |"
            )
    return "\n".join(lines)


def main() -> int:
    """Run the comparison and write what came out."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument(
        "--emulators", nargs="+", choices=EMULATORS, default=["plain", "lab", "ministack"]
    )
    parser.add_argument(
        "--without",
        nargs="+",
        default=[],
        help="also measure the lab without each of these savings (docs/contracts.md)",
    )
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--cold", type=int, default=20)
    parser.add_argument("--sizes", type=int, nargs="+", default=[1, 20, 100, 500])
    options = parser.parse_args()
    stop_emulators_on_termination()
    emulators = {name: EMULATORS[name] for name in options.emulators}
    emulators |= {f"without {name}": partial(start_lab_without, name) for name in options.without}
    measured = run(emulators, options.rounds, options.cold, options.sizes)
    cases = medians(measured)
    RESULTS.mkdir(parents=True, exist_ok=True)
    raw = json.dumps([asdict(figures) for figures in measured], indent=1)
    (RESULTS / "figures.json").write_text(raw, encoding="utf-8")
    (RESULTS / "table.md").write_text(table(cases) + "\n", encoding="utf-8")
    bars = {
        f"{state} {files}": {name: f.files_per_minute for name, f in by_emulator.items()}
        for (state, files), by_emulator in cases.items()
    }
    chart = bar_chart("Files a minute (median)", bars)
    (RESULTS / "throughput.svg").write_text(chart, encoding="utf-8")
    print(f"\n{table(cases)}\n\nwritten to {RESULTS}")  # noqa: T201 - its purpose
    return 0 if all(figures.is_complete for figures in measured) else 1


if __name__ == "__main__":
    sys.exit(main())

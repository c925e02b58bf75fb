"""Compares plain LocalStack, the lab and MiniStack with the same pipeline and the same files.

    python -m bench.compare --rounds 3 --sizes 1 20 100 500
    python -m bench.compare --rounds 8 --sizes 100 --emulators lab --without runtime.direct_calls

Each round starts every emulator anew, in turn, with the order reversed from round to round: first a
burst right after the start (cold), then one of each size (warm; a single file ten times), then one
whose requests are counted. With `--flame` each emulator's last start ends with a burst that py-spy
looks into, and a flame graph of that. It writes a table, a plot and the raw figures to
`.lab/bench/`, and prints the table: medians, and from the least to the most. Ratios are of medians,
against the lab.
"""

import argparse
import contextlib
import json
import os
import statistics
import sys
import tempfile
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from functools import partial
from pathlib import Path

from bench.chart import bar_chart
from bench.emulators import (
    EMULATORS,
    Emulator,
    Starter,
    in_turn,
    start_lab_without,
    stop_emulators_on_termination,
)
from bench.profiler import FLAME_GRAPH, recorded
from bench.throughput import Figures, describe, requests_per_file, run_burst
from lab.errors import LabError
from lab.paths import REPOSITORY

RESULTS = REPOSITORY / ".lab" / "bench"
_SINGLE_FILES = 10
"""How often a start measures a single file: it is over in a moment, so one alone says little."""
_COUNTED_FILES = 20

type Case = tuple[str, int]
"""Cold or warm, and how many files."""
type Cases = dict[Case, dict[str, list[Figures]]]
"""The bursts of each case, by emulator."""


@dataclass(frozen=True)
class Spread:
    """A figure of several bursts: the median, the least and the most."""

    median: float
    least: float
    most: float

    @classmethod
    def of(cls, bursts: Sequence[Figures], figure: Callable[[Figures], float]) -> "Spread":
        """Return the spread of one figure.

        Args:
            bursts: At least one.
            figure: Returns the figure of a burst.
        """
        values = [figure(each) for each in bursts]
        return cls(statistics.median(values), min(values), max(values))

    def shown(self, digits: int) -> str:
        """Return it for a table.

        Args:
            digits: Behind the point.
        """
        return f"{self.median:.{digits}f} ({self.least:.{digits}f}-{self.most:.{digits}f})"


@dataclass
class Comparison:
    """What was measured.

    Attributes:
        bursts: All of them, in turn.
        requests: HTTP requests a file by emulator, one figure for each start.
    """

    bursts: list[Figures]
    requests: dict[str, list[float]]


def run(
    emulators: Mapping[str, Starter],
    rounds: int,
    cold: int,
    sizes: Sequence[int],
    *,
    flame: bool = False,
) -> Comparison:
    """Run all rounds.

    Args:
        emulators: What starts each, by name.
        rounds: How often each emulator is started.
        cold: Files in the burst right after a start.
        sizes: Files in each of the bursts after it.
        flame: Draw a flame graph of each emulator in its last start.
    """
    measured = Comparison([], defaultdict(list))
    starts = list(in_turn(list(emulators), rounds))
    for number, name in enumerate(starts):
        with tempfile.TemporaryDirectory() as folder, emulators[name](Path(folder)) as emulator:
            for state, files in [("cold", cold), *(("warm", size) for size in _repeated(sizes))]:
                figures = run_burst(emulator, state, files)
                print(describe(figures), flush=True)  # noqa: T201 - its purpose
                measured.bursts.append(figures)
            with _told_if_not_allowed():
                counted = requests_per_file(emulator, _COUNTED_FILES)
                measured.requests[name].append(counted)
            if flame and name not in starts[number + 1 :]:
                with _told_if_not_allowed():
                    _draw_flame_graph(emulator, max(sizes))
    return measured


def _repeated(sizes: Sequence[int]) -> list[int]:
    return [size for size in sizes for _ in range(_SINGLE_FILES if size == 1 else 1)]


@contextlib.contextmanager
def _told_if_not_allowed() -> Iterator[None]:
    """Go on without what only root may do: the figures so far took long to measure."""
    try:
        yield
    except LabError as error:
        print(error, file=sys.stderr)  # noqa: T201 - its purpose


def _draw_flame_graph(emulator: Emulator, files: int) -> None:
    RESULTS.mkdir(parents=True, exist_ok=True)
    file = RESULTS / f"flame-{emulator.name.replace(' ', '-')}.svg"
    with recorded(emulator.pid, file, FLAME_GRAPH):
        run_burst(emulator, "warm", files)
    print(f"flame graph: {file}", flush=True)  # noqa: T201 - its purpose


def by_case(bursts: Iterable[Figures]) -> Cases:
    """Group bursts by case and emulator, incomplete ones too."""
    cases: Cases = defaultdict(lambda: defaultdict(list))
    for figures in bursts:
        cases[figures.state, figures.files][figures.emulator].append(figures)
    return cases


def table(cases: Cases, requests: Mapping[str, Sequence[float]]) -> str:
    """Return the figures as a Markdown table; the last column compares with the lab.

    Args:
        cases: The bursts.
        requests: HTTP requests a file, by emulator; those without any were not counted.
    """
    lines = [
        "| burst | emulator | bursts | results | files/min | first result, s | all, s "
        "| CPU ms/file | peak MB | requests/file | time / lab's time |",
        "|---" * 11 + "|",
    ]
    for (state, files), by_emulator in cases.items():
        lab = by_emulator.get("lab")
        for name, bursts in by_emulator.items():
            seconds = Spread.of(bursts, _seconds)
            ratio = f"{seconds.median / Spread.of(lab, _seconds).median:.2f}" if lab else "-"
            counted = requests.get(name)
            cells = [
                f"{state} {files}",
                name,
                str(len(bursts)),
                str(sum(each.results for each in bursts)),
                f"{Spread.of(bursts, lambda each: each.files_per_minute).median:.0f}",
                f"{Spread.of(bursts, lambda each: each.first_result_seconds).median:.2f}",
                seconds.shown(2),
                Spread.of(bursts, lambda each: each.cpu_ms_per_file).shown(0),
                Spread.of(bursts, lambda each: each.peak_memory_mb).shown(0),
                f"{statistics.median(counted):.1f}" if counted else "-",
                ratio,
            ]
            lines.append(f"| {' | '.join(cells)} |")
    return "\n".join(lines)


def _seconds(figures: Figures) -> float:
    return figures.seconds


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
    parser.add_argument("--flame", action="store_true", help="a flame graph of each, by py-spy")
    options = parser.parse_args()
    stop_emulators_on_termination()
    emulators = {name: EMULATORS[name] for name in options.emulators}
    emulators |= {f"without {name}": partial(start_lab_without, name) for name in options.without}
    measured = run(emulators, options.rounds, options.cold, options.sizes, flame=options.flame)
    shown = _write(measured)
    print(f"\n{shown}\n\nwritten to {RESULTS}")  # noqa: T201 - its purpose
    return 0 if all(figures.is_complete for figures in measured.bursts) else 1


def _write(measured: Comparison) -> str:
    """Write table, plot and raw figures, and return the table with when and under what load."""
    cases = by_case(measured.bursts)
    shown = (
        f"{table(cases, measured.requests)}\n\n{datetime.now(UTC):%Y-%m-%d %H:%M} UTC, "
        f"{os.cpu_count()} cores, load average {os.getloadavg()[2]:.1f} in the last 15 minutes"
    )
    RESULTS.mkdir(parents=True, exist_ok=True)
    raw = {
        "bursts": [asdict(figures) for figures in measured.bursts],
        "requests": measured.requests,
    }
    (RESULTS / "figures.json").write_text(json.dumps(raw, indent=1), encoding="utf-8")
    (RESULTS / "table.md").write_text(f"{shown}\n", encoding="utf-8")
    bars = {
        f"{state} {files}": {
            name: Spread.of(bursts, lambda each: each.files_per_minute).median
            for name, bursts in by_emulator.items()
        }
        for (state, files), by_emulator in cases.items()
    }
    chart = bar_chart("Files a minute (median)", bars)
    (RESULTS / "throughput.svg").write_text(chart, encoding="utf-8")
    return shown


if __name__ == "__main__":
    sys.exit(main())

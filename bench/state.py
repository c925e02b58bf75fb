"""How long the lab takes to save its cloud and to load it, by how much is in it.

    python -m bench.state --files 20 200
    python -m bench.state --four-weeks

It uploads the files, waits for their results, and prints a line for each size: the size of the
cloud as one file, and the medians of a save, of the time in which no other thread runs meanwhile,
and of a load.

With `--four-weeks` it is the cloud of a lab after four weeks: 5,000 ended executions, 100,000 log
lines, 2 GB of objects (`four_weeks.py`), which a start brings back from its folder.
"""

import argparse
import statistics
import tempfile
import time
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import requests

from bench.emulators import Emulator, start_lab_saving, stop_emulators_on_termination
from bench.four_weeks import FourWeeks, SavedCloud
from bench.throughput import run_burst

_PAGE = "/_lab/state"
_TIMEOUT_SECONDS = 600
_LOOK_SECONDS = 0.2


@dataclass(frozen=True)
class StateFigures:
    """A cloud that was saved and loaded several times.

    Attributes:
        files: How many files it has processed.
        megabytes: The size of the whole in one file.
        save: Seconds of a save.
        pause: Seconds in which no other thread ran.
        load: Seconds of a load.
    """

    files: int
    megabytes: float
    save: float
    pause: float
    load: float


def measure(emulator: Emulator, files: int, rounds: int) -> StateFigures:
    """Save and load the cloud of a lab several times."""
    page = emulator.lab.endpoint + _PAGE
    saves = [_save(page) for _ in range(rounds)]
    whole = requests.get(f"{page}/file", timeout=_TIMEOUT_SECONDS)
    whole.raise_for_status()
    loads = []
    for _ in range(rounds):
        began = time.monotonic()
        requests.post(
            f"{page}/file", data=whole.content, timeout=_TIMEOUT_SECONDS
        ).raise_for_status()
        loads.append(time.monotonic() - began)
    return StateFigures(
        files,
        len(whole.content) / 2**20,
        statistics.median(each["seconds"] for each in saves),
        statistics.median(each["paused_seconds"] for each in saves),
        statistics.median(loads),
    )


def _save(page: str) -> dict[str, Any]:
    answer = requests.post(page, timeout=_TIMEOUT_SECONDS)
    answer.raise_for_status()
    told: dict[str, Any] = answer.json()
    return told


_PATTERN_FILES = 60
"""Executions are written by 50 (`state/executions.py`)."""
_STARTS = 3


def measure_four_weeks(folder: Path, rounds: int) -> str:
    """Return what saving and loading take after four weeks, as lines.

    Args:
        folder: An empty one.
        rounds: How many saves are measured. Before each something changes.
    """
    with start_lab_saving(folder) as emulator:
        run_burst(emulator, "pattern", _PATTERN_FILES)
        _wait_until_no_execution_runs(emulator)
        _stop(emulator)
    began = time.monotonic()
    SavedCloud(folder / "state").grow(FourWeeks())
    lines = [f"made in {time.monotonic() - began:.0f} s"]
    starts, loads = [], []
    for _ in range(_STARTS):
        with start_lab_saving(folder) as emulator:
            page = emulator.lab.endpoint + _PAGE
            loads.append(requests.get(page, timeout=_TIMEOUT_SECONDS).json()["brought_back"])
            starts.append(emulator.start_seconds)
            saves = [_changed_and_saved(emulator, number) for number in range(rounds)]
            _stop(emulator)
    first, *later = saves
    return "\n".join(
        [
            *lines,
            f"start, s: {_shown(starts)}",
            f"of that the load, s: {_shown(each['seconds'] for each in loads)}",
            f"first save after a start, s: {first['seconds']:.2f}",
            f"saves, s: {_shown(each['seconds'] for each in later)}",
            f"pauses, ms: {_shown(each['paused_seconds'] * 1000 for each in saves)}",
            f"cloud.lab, MB: {later[-1]['bytes'] / 2**20:.1f}",
        ]
    )


def _changed_and_saved(emulator: Emulator, number: int) -> dict[str, Any]:
    """Change something of what there is much of, and save."""
    run_burst(emulator, f"more{number}{time.monotonic_ns()}", 1)
    return _save(emulator.lab.endpoint + _PAGE)


def _wait_until_no_execution_runs(emulator: Emulator) -> None:
    """Wait for what comes after the results: only executions that have ended are in pages."""
    states = emulator.lab.client("stepfunctions")
    machine = emulator.lab.arns.state_machine
    give_up = time.monotonic() + _TIMEOUT_SECONDS
    while states.list_executions(stateMachineArn=machine, statusFilter="RUNNING")["executions"]:
        if time.monotonic() > give_up:
            raise TimeoutError("executions still run long after their results")
        time.sleep(_LOOK_SECONDS)


def _stop(emulator: Emulator) -> None:
    answer = requests.post(
        emulator.lab.endpoint + _PAGE, json={"stop": True}, timeout=_TIMEOUT_SECONDS
    )
    answer.raise_for_status()


def _shown(values: Iterable[float]) -> str:
    return ", ".join(f"{each:.2f}" for each in values)


def table(found: list[StateFigures]) -> str:
    """Return the figures as a Markdown table."""
    rows = [
        f"| {each.files} | {each.megabytes:.1f} | {each.save:.2f} | {each.pause * 1000:.0f} | "
        f"{each.load:.1f} |"
        for each in found
    ]
    heading = "| files processed | one file, MB | save, s | pause, ms | load, s |"
    return "\n".join([heading, "|---" * 5 + "|", *rows])


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--files", nargs="+", type=int, default=[20, 200])
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--four-weeks", action="store_true", help="a cloud after four weeks")
    options = parser.parse_args()
    stop_emulators_on_termination()
    if options.four_weeks:
        with tempfile.TemporaryDirectory() as folder:
            print(measure_four_weeks(Path(folder), options.rounds))  # noqa: T201 - its purpose
        return
    found = []
    with tempfile.TemporaryDirectory() as folder, start_lab_saving(Path(folder)) as emulator:
        processed = 0
        for files in sorted(options.files):
            run_burst(emulator, "warm", files - processed)
            processed = files
            found.append(measure(emulator, files, options.rounds))
    print(table(found))  # noqa: T201 - its purpose


if __name__ == "__main__":
    main()

"""How long the lab takes to save its cloud and to load it, by how much is in it.

    python -m bench.state --files 20 200

It uploads the files, waits for their results, and prints a line for each size: the size of the
cloud as one file, and the medians of a save, of the time in which no other thread runs meanwhile,
and of a load.
"""

import argparse
import statistics
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import requests

from bench.emulators import Emulator, start_lab_saving, stop_emulators_on_termination
from bench.throughput import run_burst

_PAGE = "/_lab/state"
_TIMEOUT_SECONDS = 600


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
    options = parser.parse_args()
    stop_emulators_on_termination()
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

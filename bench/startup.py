"""How long each emulator takes from its start to a provisioned pipeline, and to its end.

    python -m bench.startup --rounds 5

The emulators are started in turn, the order reversed from round to round, and stopped at once. It
prints the median, the extremes, the difference to plain LocalStack, and the median of the stops.
"""

import argparse
import statistics
import tempfile
import time
from collections import defaultdict
from pathlib import Path
from typing import NamedTuple

from bench.emulators import EMULATORS, in_turn, stop_emulators_on_termination


class Took(NamedTuple):
    """Seconds that one start and the stop after it took."""

    start: float
    stop: float


def run(emulators: list[str], rounds: int) -> dict[str, list[Took]]:
    """Start and stop each emulator in every round, and return how long that took.

    Args:
        emulators: Names of EMULATORS.
        rounds: How often each is started.
    """
    seconds = defaultdict(list)
    for name in in_turn(emulators, rounds):
        with tempfile.TemporaryDirectory() as folder:
            with EMULATORS[name](Path(folder)) as emulator:
                stopping = time.monotonic()
            took = Took(emulator.start_seconds, time.monotonic() - stopping)
            seconds[name].append(took)
            print(f"{name:<10} {took.start:.2f} s, its stop {took.stop:.2f} s", flush=True)  # noqa: T201
    return seconds


def table(seconds: dict[str, list[Took]]) -> str:
    """Return the figures as a Markdown table."""
    starts = {name: [each.start for each in took] for name, took in seconds.items()}
    plain = statistics.median(starts["plain"]) if "plain" in starts else None
    lines = [
        "| emulator | starts | median, s | least | most | more than plain | stop, s |",
        "|---" * 7 + "|",
    ]
    for name, took in starts.items():
        median = statistics.median(took)
        more = "-" if plain is None else f"{median - plain:+.2f}"
        stop = statistics.median(each.stop for each in seconds[name])
        lines.append(
            f"| {name} | {len(took)} | {median:.2f} | {min(took):.2f} | {max(took):.2f} | {more} "
            f"| {stop:.2f} |"
        )
    return "\n".join(lines)


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--emulators", nargs="+", choices=EMULATORS, default=["plain", "lab"])
    parser.add_argument("--rounds", type=int, default=5)
    options = parser.parse_args()
    stop_emulators_on_termination()
    print(f"\n{table(run(options.emulators, options.rounds))}")  # noqa: T201 - its purpose


if __name__ == "__main__":
    main()

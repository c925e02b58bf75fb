"""How long each emulator takes from its start to a provisioned pipeline.

    python -m bench.startup --rounds 5

The emulators are started in turn, the order reversed from round to round, and stopped at once. It
prints the median, the extremes, and the difference to plain LocalStack.
"""

import argparse
import statistics
import tempfile
from collections import defaultdict
from pathlib import Path

from bench.legs import LEGS, end_legs_on_termination, in_turn


def run(legs: list[str], rounds: int) -> dict[str, list[float]]:
    """Starts each emulator in every round; the seconds each start took.

    Args:
        legs: names of LEGS.
        rounds: how often each is started.
    """
    seconds = defaultdict(list)
    for name in in_turn(legs, rounds):
        with tempfile.TemporaryDirectory() as folder, LEGS[name](Path(folder)) as leg:
            seconds[name].append(leg.start_seconds)
            print(f"{name:<10} {leg.start_seconds:.2f} s", flush=True)  # noqa: T201
    return seconds


def table(seconds: dict[str, list[float]]) -> str:
    """The figures as a Markdown table."""
    plain = statistics.median(seconds["plain"]) if "plain" in seconds else None
    lines = ["| emulator | starts | median, s | least | most | more than plain |", "|---" * 6 + "|"]
    for name, took in seconds.items():
        median = statistics.median(took)
        more = "-" if plain is None else f"{median - plain:+.2f}"
        lines.append(
            f"| {name} | {len(took)} | {median:.2f} | {min(took):.2f} | {max(took):.2f} | {more} |"
        )
    return "\n".join(lines)


def main() -> None:
    """Measures and prints."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--legs", nargs="+", choices=LEGS, default=["plain", "lab"])
    parser.add_argument("--rounds", type=int, default=5)
    options = parser.parse_args()
    end_legs_on_termination()
    print(f"\n{table(run(options.legs, options.rounds))}")  # noqa: T201 - its purpose


if __name__ == "__main__":
    main()

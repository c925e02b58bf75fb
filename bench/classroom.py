"""A whole class in one lab: how much memory its accounts take, and how long a check takes in each.

    python -m bench.classroom --students 30

Every account is solved up to the end of the course. Then each is checked, one after the other,
while the others stand by with all their pollers at work. It prints the largest memory of the lab
with its functions' processes (proportional set sizes), and of each step the median and the longest
check.
"""

import argparse
import statistics
import tempfile
import time
from collections import defaultdict
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from bench.emulators import stop_emulators_on_termination
from bench.process_tree import Usage, watch
from course.checking import all_passed, run_checks
from course.library import open_library
from course.sandbox import Sandbox
from course.step import Step
from lab.launch.local import LocalLauncher
from lab.launch.ports import free_port
from provision.changes import Changes

FIRST_ACCOUNT = 200_000_000_001
SOLVED_AT_A_TIME = 2
MEGABYTE = 1024 * 1024


def solve(sandbox: Sandbox, steps: Sequence[Step]) -> float:
    """Do these steps in an account, and return how many seconds that took."""
    started = time.monotonic()
    for step in steps:
        step.solve(sandbox, Changes())
    took = time.monotonic() - started
    print(f"{sandbox.account} solved in {took:.1f} s", flush=True)  # noqa: T201
    return took


def check(sandbox: Sandbox, steps: Sequence[Step]) -> dict[str, tuple[float, bool]]:
    """Check these steps in an account; how long each took, and whether it passed."""
    found = {}
    for step in steps:
        started = time.monotonic()
        results = run_checks(step, sandbox)
        found[step.id] = (time.monotonic() - started, all_passed(results))
    return found


def measure(endpoint: str, students: int, names: Sequence[str]) -> str:
    """Solve and check so many accounts, and return what was found as a table."""
    library = open_library()
    built = [step for step in library.steps if step.builds and not step.is_exercise]
    checked = [library.named(name) for name in names] or built
    class_ = [
        Sandbox(endpoint=endpoint, account=f"{FIRST_ACCOUNT + number}", pace="quick")
        for number in range(students)
    ]
    with ThreadPoolExecutor(SOLVED_AT_A_TIME) as pool:
        solved = list(pool.map(lambda each: solve(each, built), class_))
    seconds: dict[str, list[float]] = defaultdict(list)
    failed = 0
    for sandbox in class_:
        for name, (took, passed) in check(sandbox, checked).items():
            seconds[name].append(took)
            failed += not passed
    rows = [
        f"| {name} | {statistics.median(took):.2f} | {max(took):.2f} |"
        for name, took in seconds.items()
    ]
    return "\n".join(
        [
            f"{students} accounts, solved in {statistics.median(solved):.1f} s each (median, "
            f"{SOLVED_AT_A_TIME} at a time); {failed} checks of steps failed",
            "",
            "| step | median, s | longest, s |",
            "|---|---|---|",
            *rows,
        ]
    )


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--students", type=int, default=30)
    parser.add_argument("--steps", nargs="*", default=[], help="such as 1.3 2.7; all by default")
    options = parser.parse_args()
    stop_emulators_on_termination()
    usage = Usage()
    with tempfile.TemporaryDirectory() as folder:
        launcher = LocalLauncher(
            port=free_port(), home=Path(folder), profile="quick", settings={}, provisions=False
        )
        try:
            launcher.start()
            localstack = launcher.localstack()
            assert localstack is not None, launcher.log_file.read_text()
            with watch(localstack.pid) as usage:
                table = measure(launcher.endpoint, options.students, options.steps)
        finally:
            launcher.stop()
    memory = usage.peak_memory_bytes / MEGABYTE
    print(f"\n{table}\n\nAt most {memory:,.0f} MB of memory.")  # noqa: T201 - its purpose


if __name__ == "__main__":
    main()

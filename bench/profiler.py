"""Watches what an emulator's first process does, with py-spy, which is installed when asked for.

py-spy looks into the process from outside, without stopping it: a hundred threads that are stopped
a hundred times a second are four times as slow. A look that comes at a bad moment is lost.
"""

import contextlib
import signal
import subprocess
from collections.abc import Iterator
from pathlib import Path

from bench.emulators import BENCH_ENVIRONMENT
from lab.errors import LabError

SAMPLES_A_SECOND = 200
_STARTED = "Sampling process"
_END_SECONDS = 60

FLAME_GRAPH, RAW = "flamegraph", "raw"
"""Its formats: an SVG, and a line for each stack with the number of its samples."""


@contextlib.contextmanager
def recorded(pid: int, file: Path, form: str) -> Iterator[None]:
    """Sample which thread of a process has the GIL, until the end of the block.

    So only what runs Python counts. Which threads run at all py-spy cannot tell on a busy machine:
    it then counts many that wait. System calls give the GIL away and are not seen.

    Args:
        pid: Of the process.
        file: Where the samples are written.
        form: FLAME_GRAPH or RAW.

    Raises:
        LabError: py-spy may not look into the process, or could not write the file.
    """
    program = BENCH_ENVIRONMENT.make().with_name("py-spy")
    command = [program, "record", "--pid", pid, "--output", file, "--format", form]
    options = ["--gil", "--nonblocking", "--rate", SAMPLES_A_SECOND, "--full-filenames"]
    process = subprocess.Popen(
        [str(word) for word in [*command, *options]],
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    try:
        _wait_until_it_samples(process)
        yield
    finally:
        process.send_signal(signal.SIGINT)  # then it writes the file
        said, _ = process.communicate(timeout=_END_SECONDS)
    if process.returncode or not file.exists():
        raise LabError(f"py-spy wrote no samples. It said: {said.strip()[-300:]}")


def _wait_until_it_samples(process: "subprocess.Popen[str]") -> None:
    said = ""
    assert process.stdout is not None
    for line in process.stdout:
        said += line
        if _STARTED in line:
            return
    raise LabError(explain(said))


def explain(said: str) -> str:
    """Return what to do about a py-spy that ended at once, as one line.

    Args:
        said: What it printed.
    """
    if "ermission" in said:
        return (
            "py-spy may not look into the emulator's process. Run the benchmark as root, "
            "in a container with --cap-add SYS_PTRACE."
        )
    return f"py-spy did not start. It said: {' '.join(said.split())[-300:]}"

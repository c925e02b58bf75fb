"""A process started by a command, as the executor sees its own."""

import os
import subprocess
from collections.abc import Mapping, Sequence
from io import FileIO
from pathlib import Path


class ChildProcess:
    """A `lab_engine.lambda_.process.Child` in a process group of its own.

    Args:
        command: what it runs.
        variables: its whole environment; by default this process's.
        folder: where it runs; by default where this process does.
    """

    def __init__(
        self,
        command: Sequence[str],
        variables: Mapping[str, str] | None = None,
        folder: Path | None = None,
    ) -> None:
        self._process = subprocess.Popen(
            command,
            env=variables,
            cwd=folder,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            bufsize=0,
            start_new_session=True,
        )
        assert isinstance(self._process.stdout, FileIO)
        self.output = self._process.stdout
        os.set_blocking(self.output.fileno(), False)
        self.pid = self._process.pid
        self._end = os.pidfd_open(self.pid)

    def fileno(self) -> int:
        return self._end

    def poll(self) -> int | None:
        return self._process.poll()

    def wait(self) -> int:
        return self._process.wait()

    def close(self) -> None:
        self.output.close()
        os.close(self._end)

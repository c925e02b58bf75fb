"""What a console knows of its lab beyond AWS, when the lab itself has started it."""

import asyncio
import json
import os
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final, Self

from console.errors import ConsoleError
from console.language import Language

FIRST_ACCOUNT: Final = "000000000000"
"""The account of the finished pipeline."""

COMMAND_SECONDS: Final = 180
"""How long a command of the lab may take: `verify` waits for what is still under way."""


@dataclass(frozen=True)
class CourseFolders:
    """Where the course keeps what belongs to the student, and how their resources are called.

    Args:
        progress: The folder with a file for each account.
        my: The folder of their own code.
        region: Where the course is done.
        student: Part of the bucket names.
        email: Where the student wants to be told of results.
        pace: `workshop`, or `quick` for short times.
    """

    progress: Path
    my: Path
    region: str
    student: str
    email: str
    pace: str


@dataclass(frozen=True)
class Lab:
    """The lab that has started this console.

    Args:
        port: Of the lab, as its commands name it.
        course: None where the course is not installed.
        teller: Who tells more of a file than AWS does, as `module:function`; None for nobody.
    """

    port: int
    course: CourseFolders | None = None
    teller: str | None = None

    @classmethod
    def from_json(cls, text: str) -> Self:
        """Read what the lab gives its console at the start."""
        said = json.loads(text)
        course, teller = said.get("course"), said.get("teller")
        if course is None:
            return cls(said["port"], None, teller)
        paths = {name: Path(course[name]) for name in ("progress", "my")}
        return cls(said["port"], CourseFolders(**(course | paths)), teller)

    async def run(self, words: list[str], language: Language) -> tuple[int, str]:
        """Run one of the lab's commands; its exit status and what it printed.

        Args:
            words: After `scripts/lab`, for example `verify`.
            language: In which it is to speak.

        Raises:
            ConsoleError: It did not end in time.
        """
        process = await asyncio.create_subprocess_exec(
            *(sys.executable, "-P", "-m", "lab", *words, "--port", str(self.port)),
            stdin=asyncio.subprocess.DEVNULL,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.STDOUT,
            env={**os.environ, "LAB_LANG": language},
        )
        try:
            printed, _ = await asyncio.wait_for(process.communicate(), COMMAND_SECONDS)
        except TimeoutError:
            process.kill()
            await process.wait()
            raise _took_too_long(words) from None
        status: Any = process.returncode
        return int(status), printed.decode("utf-8", "replace").strip()


def _took_too_long(words: list[str]) -> ConsoleError:
    command = f"scripts/lab {words[0]}"
    return ConsoleError(
        f"{command} did not end within {COMMAND_SECONDS} s.",
        f"{command} ไม่เสร็จภายใน {COMMAND_SECONDS} วินาที",
    )

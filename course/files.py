"""Files that the course reads from people, and writes for them: whole or not at all."""

import os
from pathlib import Path

from course import words
from course.language import Text


def why_unreadable(error: OSError) -> Text:
    """Say of a `{file}` why it cannot be read."""
    if isinstance(error, FileNotFoundError):
        return words.NO_SUCH_FILE
    return words.UNREADABLE.filled({"why": error.strerror or type(error).__name__})


def write_whole(file: Path, text: str) -> None:
    """Write a file so that whoever reads it finds all of it, or what was there before."""
    file.parent.mkdir(parents=True, exist_ok=True)
    draft = file.with_name(f"{file.name}.{os.getpid()}")
    with draft.open("w", encoding="utf-8") as opened:
        opened.write(text)
        opened.flush()
        os.fsync(opened.fileno())  # else a machine that is switched off may keep the name alone
    draft.replace(file)

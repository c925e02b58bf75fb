"""Whether the two languages of a text are of the same age: `python -m course.translations`.

`translations.txt` keeps a fingerprint of both languages of each step and question. When one of them
has changed since and the other has not, somebody has to read it again; a unit test says so. Git's
dates would not do: a commit may touch both and bring only one up to date.
"""

import argparse
import hashlib
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final, Self

import yaml

from course.step import CHAPTERS

FOLDER: Final = Path(__file__).resolve().parent
RECORD: Final = FOLDER / "translations.txt"
_DIGITS: Final = 12


@dataclass(frozen=True)
class Age:
    """A fingerprint of all that a folder says in each language."""

    th: str
    en: str

    @classmethod
    def of(cls, folder: Path) -> Self:
        """Take the fingerprints of a step's or a question's folder."""
        return cls(_fingerprint(folder, "th"), _fingerprint(folder, "en"))


def ages(root: Path = FOLDER) -> dict[str, Age]:
    """Return the age of every step and question by its folder, such as `week1/step1_buckets`."""
    forms = (
        *root.glob("week[1-4]/*/step.yaml"),
        *root.glob("week[1-4]/*/question.yaml"),
        *root.glob(f"{CHAPTERS}/*/step.yaml"),
    )
    return {form.parent.relative_to(root).as_posix(): Age.of(form.parent) for form in sorted(forms)}


def recorded(file: Path = RECORD) -> dict[str, Age]:
    """Return the ages that were recorded last."""
    lines = file.read_text(encoding="utf-8").splitlines() if file.exists() else []
    return {name: Age(th, en) for name, th, en in (line.split() for line in lines)}


def older(now: dict[str, Age], then: dict[str, Age]) -> dict[str, str]:
    """Return what has to be read again: the language that did not change, by folder."""
    return {
        name: "en" if age.en == then[name].en else "th"
        for name, age in now.items()
        if name in then and (age.th == then[name].th) != (age.en == then[name].en)
    }


def main(arguments: list[str]) -> int:
    """Record the ages of now; refuse where one language changed alone.

    Args:
        arguments: Folders in which one language changed and the other is right as it is.

    Returns:
        The exit status: 1 when a language is behind.
    """
    parser = argparse.ArgumentParser(
        prog="python -m course.translations",
        description="Record that both languages of the course say the same.",
    )
    parser.add_argument(
        "still_right",
        nargs="*",
        metavar="FOLDER",
        help="where one language changed and the other is right as it is: week1/step1_buckets",
    )
    still_right = parser.parse_args(arguments).still_right
    now = ages()
    behind = {k: v for k, v in older(now, recorded()).items() if k not in still_right}
    for name, language in behind.items():
        sys.stderr.write(
            f"{name}: its {language} is older than the other language. Read it again.\n"
        )
    if not behind:
        lines = [f"{name} {age.th} {age.en}\n" for name, age in now.items()]
        RECORD.write_text("".join(lines), encoding="utf-8")
    return 1 if behind else 0


def _fingerprint(folder: Path, language: str) -> str:
    said = hashlib.sha256()
    text = folder / f"text.{language}.md"
    if text.exists():
        said.update(text.read_bytes())
    for form in sorted(folder.glob("*.yaml")):
        for each in _in_language(yaml.safe_load(form.read_text(encoding="utf-8")), language):
            said.update(f"\0{each}".encode())
    return said.hexdigest()[:_DIGITS]


def _in_language(form: Any, language: str) -> Iterator[str]:
    """Yield what a form says in a language, at any depth."""
    if isinstance(form, dict):
        for key, value in form.items():
            if key == language and isinstance(value, str):
                yield value
            else:
                yield from _in_language(value, language)
    elif isinstance(form, list):
        for each in form:
            yield from _in_language(each, language)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

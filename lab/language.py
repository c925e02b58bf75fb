"""The language that a command speaks: Thai or English, one at a time.

The English sentence stands in the code, the Thai one in `lab/thai`, where the English one finds it.
So a sentence that is changed has no Thai until somebody writes it anew: a test names it.
"""

from __future__ import annotations

import os
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from course.language import Language

OPTION = "--lang"

_LOCALE_VARIABLES = ("LC_ALL", "LC_MESSAGES", "LANG")
"""In the order in which POSIX gives them precedence."""

_PASS_ON = ("aws", "test")
"""Commands whose further arguments belong to another program."""

_BOTH = re.compile(r"(.*[\u0e00-\u0e7f].*?) / (?=[^\u0e00-\u0e7f]*$)(.*)", re.DOTALL)
"""What the pipeline writes for people: a Thai sentence, then the same in English."""


@dataclass
class _Speaker:
    """The command that is running."""

    language: Language = "en"


_THIS_COMMAND = _Speaker()


def choose_language(asked: str | None = None, environ: Mapping[str, str] = os.environ) -> Language:
    """Choose the language: the one asked for, else LAB_LANG, else the locale's, else English.

    Raises:
        ValueError: `asked` or LAB_LANG is neither `th` nor `en`.
    """
    for said in (asked, environ.get("LAB_LANG")):
        if said:
            if said not in ("th", "en"):
                message = f"The language is {said!r}, but it must be th or en, such as {OPTION} th."
                raise ValueError(message)
            return "th" if said == "th" else "en"
    locale = next((environ[name] for name in _LOCALE_VARIABLES if environ.get(name)), "")
    return "th" if locale.lower().startswith("th") else "en"


def take_option(arguments: Sequence[str]) -> tuple[str | None, list[str]]:
    """Take `--lang` out of a command's arguments, wherever it stands; what it asks for, the rest.

    It counts before the arguments are understood: help and errors are in that language, too.
    """
    asked: str | None = None
    rest: list[str] = []
    left = list(arguments)
    while left:
        word = left.pop(0)
        if word == "--" or word in _PASS_ON:
            return asked, [*rest, word, *left]
        if word == OPTION and left:
            asked = left.pop(0)
        elif word.startswith(f"{OPTION}="):
            asked = word.removeprefix(f"{OPTION}=")
        else:
            rest.append(word)
    return asked, rest


def speak(language: Language) -> None:
    """Let this command speak a language from now on."""
    _THIS_COMMAND.language = language


def language_of_this_command() -> Language:
    """Return the language of the command that is running; English until it has chosen."""
    return _THIS_COMMAND.language


def say(english: str, /, **names: object) -> str:
    """Return a sentence in this command's language.

    Args:
        english: The sentence, a literal in the code: the tests read it there.
        names: What its `{names}` stand for, as in `str.format`.
    """
    if _THIS_COMMAND.language == "en":
        return english.format_map(names)
    from lab.thai.sentences import SENTENCES

    return SENTENCES.get(english, english).format_map(names)


def say_kept(english: str, facts: Mapping[str, object]) -> str:
    """Return a sentence in this command's language that another package wrote, such as `provision`.

    Args:
        english: The sentence, a literal in that package: the tests read it there.
        facts: What its `{names}` stand for.
    """
    return say(english, **facts)


def in_our_language(message: str) -> str:
    """Return this command's half of a sentence that the pipeline wrote in both languages."""
    both = _BOTH.fullmatch(message)
    if both is None:
        return message
    return (both[1] if _THIS_COMMAND.language == "th" else both[2]).strip()


class Sentence(str):
    """An English sentence that is said later: of a table, for example. The tests read it here."""

    __slots__ = ()

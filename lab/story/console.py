"""The story of a file for the console, which knows the lab by the name of this function only."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING, Final
from urllib.parse import urlsplit

from lab.errors import LabError
from lab.language import speak
from lab.launch.finding import find_lab
from lab.running import RunningLab
from lab.story.story import Sign
from lab.story.telling import tell

if TYPE_CHECKING:
    from datetime import datetime

    from course.language import Language

type Told = tuple[str, str, datetime | None, str, str, str]
"""Place, text, time, sign, why it went wrong, and what is right."""

_SIGNS: Final = {Sign.GOOD: "good", Sign.BAD: "bad", Sign.PLAIN: "plain"}
_SPEAKING = threading.Lock()
"""A process speaks one language at a time; the console's visitors may have two."""


def tell_console(endpoint: str, account: str, key: str, language: Language) -> list[Told]:
    """Return what became of a file, and why, as plain values in the order in which it happened.

    Args:
        endpoint: Of the lab.
        account: Whose pipeline.
        key: Of the file.
        language: Of what is told.
    """
    with _SPEAKING:
        speak(language)
        try:
            story = tell(RunningLab(find_lab(urlsplit(endpoint).port), account), key)
        except LabError as error:
            return [("", str(error), None, _SIGNS[Sign.PLAIN], "", "")]
        return [
            (
                each.place,
                each.text,
                each.at,
                _SIGNS[each.sign],
                each.clue.why if each.clue else "",
                each.clue.mend if each.clue else "",
            )
            for each in story.in_time()
        ]

"""Thai or English. AWS's own names stay English in both, as in AWS's console and the workshop."""

import re
from typing import Final, Literal

Language = Literal["en", "th"]
LANGUAGES: Final[tuple[Language, ...]] = ("en", "th")

_BOTH: Final = re.compile(r"(.*[\u0e00-\u0e7f].*?) / (?=[^\u0e00-\u0e7f]*$)(.*)", re.DOTALL)
"""What a pipeline may write for all its readers: a Thai sentence, then the same in English."""


def chosen_language(cookie: str | None, accepted: str, default: Language | None) -> Language:
    """Return the language of a page.

    Args:
        cookie: What the visitor chose earlier.
        accepted: The browser's `Accept-Language`.
        default: What the console was started with; None leaves it to the browser.
    """
    for language in LANGUAGES:
        if cookie == language:
            return language
    if default:
        return default
    return "th" if accepted.lower().startswith("th") else "en"


def in_language(language: Language, en: str, th: str) -> str:
    """Return the one of two texts that is in a language."""
    return th if language == "th" else en


def one_language_of(text: str, language: Language) -> str:
    """Return the half of a text in both languages that is in one; any other text as it is.

    Args:
        text: From the cloud, such as the cause of a failed execution.
        language: The visitor's.
    """
    both = _BOTH.fullmatch(text)
    if both is None:
        return text
    return in_language(language, both[2], both[1]).strip()

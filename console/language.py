"""Thai or English. AWS's own names stay English in both, as in AWS's console and the workshop."""

from typing import Final, Literal

Language = Literal["en", "th"]
LANGUAGES: Final[tuple[Language, ...]] = ("en", "th")


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

"""The two languages of the course: what people read is Thai or English, one at a time."""

import re
from collections.abc import Mapping
from typing import Annotated, Final, Literal, Self

from pydantic import BaseModel, ConfigDict, StringConstraints

Language = Literal["th", "en"]
Words = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1)]
Names = Mapping[str, object]

LANGUAGES: Final[tuple[Language, ...]] = ("th", "en")

_NAME: Final = re.compile(r"\{([a-z][a-z_]*)\}")


class Text(BaseModel):
    """Something people read, complete in both languages by construction.

    Attributes:
        th: In Thai.
        en: In English.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    th: Words
    en: Words

    def in_language(self, language: Language) -> str:
        """Return the words in one language."""
        return self.th if language == "th" else self.en

    def filled(self, names: Names) -> Self:
        """Return the same with every `{name}` that is known replaced by its value."""
        return type(self)(th=fill(self.th, names), en=fill(self.en, names))

    @classmethod
    def same(cls, words: object) -> Self:
        """Return what reads alike in both languages: a number, a name, a command."""
        return cls(th=str(words), en=str(words))


class ToldError(Exception):
    """An error that somebody is told in their language.

    Args:
        text: What is wrong, in one line, with `{names}` for its facts.
        facts: What they stand for.

    Attributes:
        text: With its facts.
    """

    def __init__(self, text: Text, **facts: object) -> None:
        self.text = text.filled(facts)
        super().__init__(self.text.en)


def fill(words: str, names: Names) -> str:
    """Replace each `{name}` by its value; one that is not known stays, as JSON's braces do."""
    return _NAME.sub(lambda found: str(names.get(found[1], found[0])), words)


def names_in(words: str) -> set[str]:
    """Every `{name}` in a text."""
    return set(_NAME.findall(words))

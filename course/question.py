"""The questions at the end of a week: predict an answer, then see an experiment show it."""

import importlib
import re
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Annotated, Final, Self

import yaml
from pydantic import Field, StringConstraints, model_validator

from course.language import Text
from course.sandbox import Sandbox
from course.step import Form, StepId

QuestionId = Annotated[str, StringConstraints(pattern=r"^week[1-4]/q[1-3]-[a-z0-9-]+$")]
Tell = Callable[[Text], None]
Experiment = Callable[[Sandbox, Tell], str]
"""Shows in the account what is so, tells what it does and sees, leaves nothing behind; returns the
choice that it showed."""

FOLDER: Final = Path(__file__).resolve().parent
_FOLDER: Final = re.compile(r"question([1-3])_([a-z0-9_]+)")


class Question(Form):
    """One question of a week: the form of `question.yaml`.

    Attributes:
        id: `week1/q1-at-least-once` for the folder `week1/question1_at_least_once`.
        asks: The question.
        choices: Answers by letter.
        answer: The letter of the right one.
        because: Why it is right, and what follows from it for the pipeline.
        needs: Steps that the experiment needs.
        longest_seconds: How long the experiment takes at most, seconds.
        folder: Where its files are.
    """

    id: QuestionId
    asks: Text
    choices: dict[Annotated[str, StringConstraints(pattern="^[a-d]$")], Text] = Field(min_length=3)
    answer: str
    because: Text
    needs: tuple[StepId, ...]
    longest_seconds: int = Field(default=60, gt=0)
    folder: Path = Field(exclude=True)

    @model_validator(mode="after")
    def _fits_together(self) -> Self:
        if self.answer not in self.choices:
            message = f"the answer {self.answer!r} is none of the choices {list(self.choices)}"
            raise ValueError(message)
        if self.id != _question_id(self.folder):
            message = f"the id is {self.id!r}, but the folder says {_question_id(self.folder)!r}"
            raise ValueError(message)
        return self

    @property
    def short(self) -> str:
        """As a student types it: `1.q2`."""
        return f"{self.week}.{self.id.partition('/')[2].partition('-')[0]}"

    @property
    def week(self) -> int:
        """Of the four."""
        return int(self.folder.parent.name.removeprefix("week"))

    @property
    def experiment(self) -> Experiment:
        """Shows the answer in the student's account."""
        name = f"course.{self.folder.parent.name}.{self.folder.name}.experiment"
        found: Experiment = importlib.import_module(name).run
        return found


@cache
def read_questions(folder: Path = FOLDER) -> tuple[Question, ...]:
    """Read every question, in the order of the course.

    Raises:
        ValueError: A question is not as it must be; the message names its file.
    """
    return tuple(map(_read, sorted(folder.glob("week[1-4]/question*/question.yaml"))))


def _read(file: Path) -> Question:
    try:
        return Question(folder=file.parent, **yaml.safe_load(file.read_text(encoding="utf-8")))
    except (ValueError, TypeError, yaml.YAMLError) as error:
        message = f"{file}: {error}"
        raise ValueError(message) from error


def _question_id(folder: Path) -> str:
    found = _FOLDER.fullmatch(folder.name)
    if not found:
        message = f"{folder} is not named as a question is: question1_at_least_once"
        raise ValueError(message)
    return f"{folder.parent.name}/q{found[1]}-{found[2].replace('_', '-')}"

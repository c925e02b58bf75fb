"""The course beside the pages: a student's session, as `scripts/lab course` has it.

This is the only module of the console that imports the course. What it does takes time and waits
for AWS, so pages call it by `Endpoint.in_thread`.
"""

import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Final

from console.errors import ConsoleError
from console.lab import CourseFolders
from console.language import Language
from course import words
from course.checking import Result
from course.language import Text
from course.library import UnknownStepError, open_library
from course.probes import probes
from course.progress import DamagedProgressError
from course.question import Question, read_questions
from course.sandbox import DEFAULT_COURSE_KEY, Sandbox
from course.session import LostAccountError, OutOfOrderError, Session
from course.showing import SIGNS, result_lines, summary
from course.step import HINTS, Step

PAGES: Final = {
    "alarms": "cloudwatch",
    "buckets": "s3",
    "dashboards": "cloudwatch",
    "event_sources": "lambda",
    "executions": "states",
    "functions": "lambda",
    "jobs": "states",
    "metrics": "cloudwatch",
    "notifications": "sns",
    "queued_jobs": "sqs",
    "queues": "sqs",
    "roles": "iam",
    "state_machines": "states",
    "triggers": "s3",
    "uploads": "s3",
    "workflow_functions": "lambda",
}
"""The service of the console that a probe's module looks at."""


@dataclass(frozen=True)
class Told:
    """One result of a check, as `scripts/lab course check` prints it.

    Args:
        sign: `✓`, `✗` or `·`.
        title: What was checked.
        lines: What was expected and found, and why.
    """

    sign: str
    title: str
    lines: list[str]


@dataclass(frozen=True)
class Lessons:
    """The course in one account.

    Args:
        folders: Where what belongs to the student is kept.
        endpoint: The AWS endpoint.
        account: Twelve digits.
        language: Of all that is said.
    """

    folders: CourseFolders
    endpoint: str
    account: str
    language: Language

    @contextmanager
    def session(self) -> Iterator[Session]:
        """Give the session, read anew: the command line may have gone on meanwhile.

        Raises:
            ConsoleError: What the student has to do first, in the words of the command line.
        """
        sandbox = Sandbox(
            self.endpoint,
            self.account,
            self.folders.region,
            student=self.folders.student,
            email=self.folders.email,
            pace="quick" if self.folders.pace == "quick" else "workshop",
            course_key=os.environ.get("LAB_COURSE_KEY") or DEFAULT_COURSE_KEY,
        )
        file = self.folders.progress / f"{self.account}.json"
        try:
            yield Session(sandbox, file, self.folders.my)
        except LostAccountError as error:
            raise _told(error.text) from error
        except OutOfOrderError as error:
            facts = {"step": error.step.short, "needs": error.needed.short}
            raise _told(words.OUT_OF_ORDER.filled(facts)) from error
        except DamagedProgressError as error:
            raise _told(words.DAMAGED.filled({"file": error.file})) from error

    def said(self, text: Text) -> str:
        """Return a text in the language of the page."""
        return text.in_language(self.language)

    def steps(self) -> list[dict[str, str]]:
        """Return all steps: what each is about, how far the student is, what it is worth."""
        with self.session() as session:
            current = session.current()
            return [
                {
                    "id": step.id,
                    "step": f"{step.short} {self.said(step.title)}",
                    "here": "→" if step == current else "",
                    "state": self.said(session.state_of(step)),
                    "tone": _tone(session, step),
                    "points": (
                        f"{session.progress.points(step):g}/{step.points}" if step.points else ""
                    ),
                }
                for step in session.library.everything
            ]

    def current(self) -> Step:
        """Return the step that the student is at; after the last, the last."""
        with self.session() as session:
            return session.current() or session.library.steps[-1]

    def text(self, step: Step) -> str:
        """Return what the student reads of a step; code to begin with is laid out in `my/`."""
        with self.session() as session:
            session.place_starter(step)
            session.progress.of(step)
            session.save()
            return session.text(step, self.language)

    def check(self, step: Step, tell: Callable[[Told], None]) -> str:
        """Check a step; how it ended, in one sentence.

        Args:
            step: Which.
            tell: Told of each result as soon as it is known.
        """
        with self.session() as session:
            results = session.check(step, lambda result: tell(self._told(result)))
            return self.said(summary(session, step, results))

    def hint(self, step: Step) -> tuple[str, str]:
        """Return the next hint: which it is, and its words."""
        with self.session() as session:
            level, hint = session.hint(step, self.language)
        return self.said(words.HINT.filled({"level": level, "levels": HINTS})), hint

    def questions(self, week: int) -> list[tuple[Question, bool]]:
        """Return a week's questions, each with whether it was answered right."""
        with self.session() as session:
            known = session.progress.predictions
            return [
                (each, each.id in known and known[each.id].right)
                for each in read_questions()
                if each.week == week
            ]

    def predict(self, question: Question, answer: str, tell: Callable[[str], None]) -> None:
        """Take up an answer, show in the account what is so, and say why.

        Args:
            question: Which.
            answer: The letter of the choice.
            tell: Told of each thing as soon as it is known.
        """
        with self.session() as session:
            right = session.predict(question, answer)
            tell(self.said(words.RIGHT if right else words.WRONG))
            session.refuse_lost_account()
            try:
                session.refuse_missing_steps(question)
            except OutOfOrderError as error:
                facts = {"needs": error.needed.short}
                tell(self.said(words.EXPERIMENT_NEEDS.filled(facts)))
            else:
                shown = question.experiment(session.sandbox, lambda text: tell(self.said(text)))
                choice = self.said(question.choices[shown])
                tell(self.said(words.SHOWN.filled({"choice": choice})))
            tell(self.said(question.because))

    def _told(self, result: Result) -> Told:
        _, *lines = result_lines(result, self.language)
        title = self.said(result.check.title)
        return Told(SIGNS[result.verdict], title, [line.strip() for line in lines])


def step_named(name: str) -> Step | None:
    """Return a step by its id; None when there is no such step."""
    try:
        return open_library().named(name)
    except UnknownStepError:
        return None


def page_of(step: Step) -> str | None:
    """Return the service of the console that a step is about; None for one that it lacks."""
    module = probes[step.checks[0].probe].__module__
    return PAGES.get(module.rpartition(".")[2])


def _tone(session: Session, step: Step) -> str:
    known = session.progress.steps.get(step.id)
    if known is None:
        return "idle"
    if known.solved:
        return "warned"
    return "good" if known.passed_at else "busy"


def _told(text: Text) -> ConsoleError:
    return ConsoleError(text.en, text.th)

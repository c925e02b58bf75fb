"""The course on one page a language, for teachers: `python -m course.overview` writes it.

The page holds what stands in the steps and questions and nothing else; a unit test compares them.
"""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from course.language import LANGUAGES, Language, Text, fill
from course.library import WEEKS, Library, open_library
from course.question import Question, read_questions
from course.sandbox import Sandbox, known_names
from course.step import Step

DOCS: Final = Path(__file__).resolve().parent.parent / "docs"
NAMES: Final = known_names(Sandbox("http://127.0.0.1:4566"))
_FACT: Final = re.compile(r"\{[a-z_]+\}")
_MARKS: Final = re.compile(r"([*_<>\[\]])")

_TITLE: Final = Text(th="หลักสูตรในหน้าเดียว", en="The course on one page")
_LINKS: Final = Text(th="ภาษาไทย · [English](course.md)", en="[ภาษาไทย](course.th.md) · English")
_ABOUT: Final = Text(
    th="สำหรับครู: มีความผิดพลาดที่รู้จักและคำตอบครบทุกข้อ นักเรียนใช้ `scripts/lab course` "
    "หน้านี้สร้างจาก [`course/`](../course/README.md) ด้วย `python -m course.overview` อย่าแก้ตรงนี้",
    en="For teachers: it holds every mistake that is known and every answer. Students use "
    "`scripts/lab course`. It is made from [`course/`](../course/README.md) by "
    "`python -m course.overview`; do not change it here.",
)
_WEEK: Final = Text(th="สัปดาห์ที่ {week}", en="Week {week}")
_CHAPTERS: Final = Text(th="ไปต่อหลังสี่สัปดาห์", en="After the four weeks")
_NOT_GRADED: Final = Text(th="ไม่มีคะแนน ตรวจว่า", en="not graded. What is checked:")
_POINTS: Final = Text(th="{points} คะแนน ตรวจว่า", en="{points} points. What is checked:")
_MISTAKES: Final = Text(th="ความผิดพลาดที่รู้จัก", en="Mistakes it knows:")
_ANSWER: Final = Text(th="คำตอบ {answer}: {because}", en="Answer {answer}: {because}")


def page(language: Language) -> str:
    """Return the page in a language, as Markdown."""
    library = open_library()
    parts = [f"# {_TITLE.in_language(language)}", _LINKS.in_language(language)]
    parts.append(_ABOUT.in_language(language))
    for week in WEEKS:
        parts += _week(library, week, language)
    parts.append(f"## {_CHAPTERS.in_language(language)}")
    for chapter in library.chapters:
        parts += _step(chapter, language)
    return "\n\n".join(parts) + "\n"


def file_of(language: Language) -> Path:
    """Return where the page is kept."""
    return DOCS / ("course.md" if language == "en" else f"course.{language}.md")


def write() -> None:
    """Write the page in both languages."""
    for language in LANGUAGES:
        file_of(language).write_text(page(language), encoding="utf-8")


def _week(library: Library, week: int, language: Language) -> Iterator[str]:
    yield f"## {_WEEK.filled({'week': week}).in_language(language)}"
    for step in library.week(week):
        yield from _step(step, language)
    for question in read_questions():
        if question.week == week:
            yield from _question(question, language)


def _step(step: Step, language: Language) -> Iterator[str]:
    text = f"../course/{step.folder.parent.name}/{step.folder.name}/text.{language}.md"
    yield f"### {step.short} {_plain(step.title, language)}"
    worth = _NOT_GRADED if step.is_chapter else _POINTS.filled({"points": step.points})
    yield f"[{step.id}]({text}): {worth.in_language(language)}"
    yield "\n".join(f"- {_plain(check.title, language)}" for check in step.checks)
    if step.mistakes:
        yield _MISTAKES.in_language(language)
        yield "\n".join(
            f"- `{mistake.id}`: {_plain(mistake.says, language)}" for _, mistake in step.mistakes
        )


def _question(question: Question, language: Language) -> Iterator[str]:
    yield f"### {question.short} {_plain(question.asks, language)}"
    yield "\n".join(
        f"- {letter}) {_plain(choice, language)}" for letter, choice in question.choices.items()
    )
    because = _plain(question.because, language)
    yield _ANSWER.filled({"answer": question.answer, "because": because}).in_language(language)


def _plain(text: Text, language: Language) -> str:
    """Return a text with this course's names; what a check finds out is `…`."""
    said = _FACT.sub("…", fill(text.in_language(language), NAMES))
    return _MARKS.sub(r"\\\1", said)


if __name__ == "__main__":
    write()

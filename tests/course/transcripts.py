"""What a student sees of a mistake, kept in a file beside it: one a language."""

import re
from pathlib import Path

from course.checking import Result
from course.language import Language
from course.sandbox import Sandbox, known_names
from course.showing import result_lines
from course.step import Mistake, Step

_KEPT = ("raw_bucket", "processed_bucket", "account", "region")
_CHANGES_EACH_TIME = (
    (re.compile(r"\b[0-9a-f]{6}(?=[-.])"), "{token}"),
    (re.compile(r"\b\d\d,\d{3}(?= (?:B:|bytes?\b))"), "{bytes}"),
    # Which Thai letter comes first in a file that is no UTF-8 depends on the account.
    (
        re.compile(r"0x[0-9a-f]{2} (in position|at position|ที่ตำแหน่ง) \d+(: invalid .*)?"),
        r"{byte} \1 {position}",
    ),
    (re.compile(r"\bjob-(?:[0-9a-f]{16}|[0-9a-f]{6})\b"), "{job}"),
    (re.compile(r"(?<=-)[0-9a-f]{8}(?=[_.])"), "{hash}"),
    (re.compile(r"(?<=--rest-api-id )[0-9a-z]{10}\b"), "{api}"),
    (re.compile(r"(?<=total_revenue )[\d.]+"), "{revenue}"),
    (re.compile(r"\b\d{16,19}\b"), "{nanoseconds}"),
    # More than one for a file: every line is counted, and a function that starts logs one more.
    (re.compile(r"(Files(?:Failed|Valid) (?:\+|rose by |เพิ่มขึ้น ))(?!1\b)\d+"), r"\1{lines}"),
    (re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}"), "{uuid}"),
    (re.compile(r"\d{4}-\d\d-\d\dT[\d:.]+Z?"), "{time}"),
    (re.compile(r"\d{4}-\d\d-\d\d(?= \d\d:\d\d\b)"), "{day}"),
    (re.compile(r"\b\d\d:\d\d\b"), "{minute}"),
)


def transcript(result: Result, sandbox: Sandbox, language: Language) -> str:
    """What is shown of a result, with what differs from run to run replaced by its name."""
    text = "\n".join(result_lines(result, language)) + "\n"
    names = known_names(sandbox)
    for name in _KEPT:
        text = text.replace(names[name], f"{{{name}}}")
    for pattern, name in _CHANGES_EACH_TIME:
        text = pattern.sub(name, text)
    return text


def transcript_file(step: Step, mistake: Mistake, language: Language) -> Path:
    """Where a mistake's transcript is kept."""
    return step.folder / "mistakes" / f"{mistake.id.replace('-', '_')}.{language}.txt"

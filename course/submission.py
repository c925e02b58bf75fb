"""What a student hands in: one JSON file with their code, their cloud and their record.

JSON, because it is read without unpacking anything: no archive, no path and no code in it can do
anything to who opens it. Code stands in it as lines, so that it can be read there.
"""

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated, Any, Final, Literal, Self

from pydantic import Field, StringConstraints, ValidationError, model_validator

from course import words
from course.definitions import (
    Content,
    Definitions,
    FileName,
    Part,
    UnusableError,
    as_bytes,
    as_content,
    read_definitions,
    refuse_unsafe_name,
)
from course.files import why_unreadable, write_whole
from course.language import Text, ToldError, fill
from course.progress import Progress
from course.sandbox import Pace, Sandbox
from course.session import Session

FORMAT: Final = "csv-report-processor/submission/1"
LARGEST_SUBMISSION: Final = 8 * 1024 * 1024
LARGEST_FILE: Final = 256 * 1024
MOST_FILES: Final = 300


class SubmissionError(ToldError):
    """A submission cannot be made, or is none that can be graded; the message is one line."""


class Submission(Part):
    """A student's work at one time.

    Attributes:
        format: Which version of this form it has.
        made_at: When it was made, by the student's clock.
        student: Who, as LAB_STUDENT says.
        account: Of 12 digits.
        suffix: The last part of their bucket names.
        region: Where they built.
        email: Where they wanted to be told of results.
        pace: Of their lab.
        progress: Attempts, hints, solutions and predictions, as recorded on their machine.
        my: Their own files, by name under `my/`.
        left_out: Files under `my/` that are too large to hand in.
        cloud: What stood in their account.
    """

    format: Literal["csv-report-processor/submission/1"] = FORMAT
    made_at: datetime
    student: Annotated[str, StringConstraints(pattern=r"^[a-z0-9]+(-[a-z0-9]+)*$", max_length=40)]
    account: Annotated[str, StringConstraints(pattern=r"^\d{12}$")]
    suffix: Annotated[str, StringConstraints(pattern=r"^[a-z0-9]+(-[a-z0-9]+)*$", max_length=40)]
    region: Annotated[str, StringConstraints(pattern=r"^[a-z]{2,}(-[a-z]+)+-\d$", max_length=30)]
    email: Annotated[str, StringConstraints(pattern=r"^[^@\s]+@[^@\s]+$", max_length=120)]
    pace: Pace
    progress: Progress
    my: dict[FileName, Content]
    left_out: list[FileName] = Field(default_factory=list)
    cloud: Definitions

    @model_validator(mode="after")
    def _files_stay_in_their_folders(self) -> Self:
        for files in (self.my, *(each.code for each in self.cloud.functions)):
            if len(files) > MOST_FILES:
                raise UnusableError(words.TOO_MANY_FILES, count=len(files), most=MOST_FILES)
            for name, content in files.items():
                refuse_unsafe_name(name)
                as_bytes(content)
        return self

    def sandbox(self, endpoint: str, course_key: str) -> Sandbox:
        """Return the same student's account in another lab.

        Args:
            endpoint: Of that lab.
            course_key: The teacher's, from which the data for the checks is made.
        """
        return Sandbox(
            endpoint=endpoint,
            account=self.account,
            region=self.region,
            student=self.student,
            suffix=self.suffix,
            email=self.email,
            pace=self.pace,
            course_key=course_key,
        )


def make_submission(session: Session) -> Submission:
    """Gather a student's work as it is now.

    Raises:
        SubmissionError: The account is empty, or code in it is too large.
    """
    sandbox = session.sandbox
    my, left_out = _own_files(session.my)
    try:
        return Submission(
            made_at=datetime.now(UTC).replace(microsecond=0),
            student=sandbox.student,
            account=sandbox.account,
            suffix=sandbox.suffix,
            region=sandbox.region,
            email=sandbox.email,
            pace=sandbox.pace,
            progress=session.progress,
            my=my,
            left_out=left_out,
            cloud=read_definitions(sandbox),
        )
    except ValueError as error:
        raise SubmissionError(_what_is_wrong(error), file=sandbox.account) from error


def write_submission(file: Path, submission: Submission) -> None:
    """Write the file whole or not at all.

    Raises:
        SubmissionError: It is larger than any that is graded.
    """
    text = submission.model_dump_json(indent=1) + "\n"
    if len(text.encode()) > LARGEST_SUBMISSION:
        most = LARGEST_SUBMISSION // 1024**2
        raise SubmissionError(words.TOO_LARGE_TO_HAND_IN, file=file, most=most)
    write_whole(file, text)


def read_submission(file: Path) -> Submission:
    """Read what somebody handed in; nothing in it is trusted.

    Raises:
        SubmissionError: It is none, too large, of another version, or not as it must be.
    """
    try:
        with file.open("rb") as opened:
            text = opened.read(LARGEST_SUBMISSION + 1)
    except OSError as error:
        raise SubmissionError(why_unreadable(error), file=file) from error
    if len(text) > LARGEST_SUBMISSION:
        most = LARGEST_SUBMISSION // 1024**2
        raise SubmissionError(words.TOO_LARGE_TO_GRADE, file=file, most=most)
    try:
        found: Any = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise SubmissionError(words.NOT_JSON, file=file) from error
    version = found.get("format") if isinstance(found, dict) else None
    if version != FORMAT:
        found_format = repr(str(version)[:60])
        raise SubmissionError(words.OTHER_FORMAT, file=file, found=found_format, known=repr(FORMAT))
    try:
        return Submission.model_validate(found)
    except (ValueError, RecursionError) as error:
        raise SubmissionError(_what_is_wrong(error), file=file) from error


def _own_files(folder: Path) -> tuple[dict[str, Content], list[str]]:
    """Return the files under `my/`, and the names of those too large; links are not followed."""
    files: dict[str, Content] = {}
    left_out: list[str] = []
    for path in sorted(folder.rglob("*")):
        inside = path.relative_to(folder)
        hidden = any(part.startswith(".") or part == "__pycache__" for part in inside.parts)
        if hidden or path.is_symlink() or not path.is_file():
            continue
        if path.stat().st_size > LARGEST_FILE or len(files) == MOST_FILES:
            left_out.append(inside.as_posix())
        else:
            files[inside.as_posix()] = as_content(path.read_bytes())
    return files, left_out


def _what_is_wrong(error: Exception) -> Text:
    """Say what is wrong first, without pydantic's frame around it, and where."""
    where, cause, said = "", error, str(error).partition("\n")[0] or type(error).__name__
    if isinstance(error, ValidationError):
        first = error.errors(include_url=False, include_input=False)[0]
        where = ".".join(str(each)[:40] for each in first["loc"])
        cause = first.get("ctx", {}).get("error", error)
        said = first["msg"].removeprefix("Value error, ")
    if isinstance(cause, UnusableError):
        why = cause.text
    else:  # pydantic's reason is English
        why = Text(th=words.WRONG_FORM.th, en=f"{words.WRONG_FORM.en}: {said}")
    form = words.UNUSABLE_PART if where else words.UNUSABLE
    return Text(
        th=fill(form.th, {"where": where, "why": why.th}),
        en=fill(form.en, {"where": where, "why": why.en}),
    )

"""upload: files go in, and a table says what became of each."""

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from lab.advice import command
from lab.chosen import FIRST_ACCOUNT
from lab.console import out, print_json
from lab.errors import UsageError
from lab.language import say
from lab.launch.finding import open_lab
from lab.options import Account, Json, Port, Target

DEFAULT_LIMIT_SECONDS = 300.0


class ExpectedOutcome(StrEnum):
    """What `upload --expect` takes."""

    PROCESSED = "processed"
    FAILED = "failed"


Files = Annotated[list[Path], typer.Argument(metavar="FILE...", help="Files to upload.")]
Key = Annotated[
    str | None,
    typer.Option("--as", metavar="KEY", help="The object's key under uploads/; for one file."),
]
NoWait = Annotated[bool, typer.Option("--no-wait", help="Do not wait for the outcome.")]
Expect = Annotated[
    ExpectedOutcome | None,
    typer.Option("--expect", help="Fail unless every file has this outcome; for scripts."),
]
Limit = Annotated[float, typer.Option("--timeout", min=0.0, help="How long to wait, seconds.")]


def upload(  # noqa: PLR0913, PLR0917 - a command has as many arguments as it has options
    files: Files,
    key: Key = None,
    no_wait: NoWait = False,
    timeout: Limit = DEFAULT_LIMIT_SECONDS,
    expect: Expect = None,
    port: Port = None,
    account: Account = FIRST_ACCOUNT,
    target: Target = None,
    json: Json = False,
) -> None:
    """Put files under uploads/ and wait for the outcome of each."""
    from lab.promise.uploads import check_files, refuse_others, refuse_pending
    from lab.views.uploading import send, show_uploads

    if no_wait and expect:
        raise UsageError(say("--expect needs the outcome, and --no-wait does not wait for it."))
    check_files(files)
    lab = open_lab(port, account, target)
    uploads = send(lab, files, key=key, limit_seconds=None if no_wait else timeout)
    if json:
        print_json([each.as_json() for each in uploads])
    elif no_wait:
        for each in uploads:
            out.print(f"s3://{lab.settings.raw_bucket}/{each.key}", markup=False, soft_wrap=True)
        out.print(say("See what becomes of them: {runs}", runs=command("runs")))
    else:
        show_uploads(uploads)
    if not no_wait:
        refuse_pending(uploads, timeout)
    if expect:
        refuse_others(uploads, expect)

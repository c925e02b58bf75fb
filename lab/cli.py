"""The command line: the one list of commands, and how errors become one line and a status."""

import os
import sys
from typing import Annotated, NoReturn

import typer

from lab.advice import command
from lab.chosen import is_lab_here, target_of_this_command
from lab.commands import (
    aws,
    bundle,
    chaos,
    checks,
    clock,
    conformance,
    console,
    course,
    demo,
    deploy,
    destroy,
    dlq,
    doctor,
    explain,
    grading,
    iam,
    inbox,
    logs,
    practice,
    runs,
    states,
    status,
    template,
    up,
    upload,
    verify,
)
from lab.console import err
from lab.errors import FAILED, USAGE, LabError, refusal
from lab.language import (
    OPTION,
    choose_language,
    language_of_this_command,
    say,
    speak,
    take_option,
)
from lab.launch.environment import read_env_file
from lab.running import MISSING_CODES, ignore_the_users_aws

PROGRAM = "scripts/lab"

app = typer.Typer(
    name=PROGRAM,
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)

LIFE = "The lab"
PROJECT = "The project's own checks"
SIGHT = "A look inside"
FAULTS = "Faults on demand"
FILES = "Files and jobs"
COURSE = "The course"

app.command(rich_help_panel=LIFE)(demo.demo)
app.command(rich_help_panel=LIFE)(doctor.doctor)
app.command(rich_help_panel=LIFE)(up.up)
app.command(rich_help_panel=LIFE)(deploy.deploy)
app.command(rich_help_panel=LIFE)(destroy.destroy)
app.command(rich_help_panel=LIFE)(template.template)
app.command(rich_help_panel=LIFE)(up.down)
app.command(rich_help_panel=LIFE)(up.reset)
app.command(rich_help_panel=LIFE)(states.save)
app.command(rich_help_panel=LIFE)(states.load)
app.command(rich_help_panel=LIFE)(states.states)
app.command(rich_help_panel=LIFE)(bundle.bundle)

app.command(rich_help_panel=FILES)(upload.upload)
app.command(rich_help_panel=FILES)(runs.runs)
app.command(rich_help_panel=FILES)(runs.run)
app.command(rich_help_panel=FILES)(runs.result)
app.command(rich_help_panel=FILES)(explain.explain)
app.command(rich_help_panel=FILES)(verify.verify)

course.app.command()(practice.trap)
course.app.command()(practice.sabotage)
course.app.command()(grading.submit)
course.app.command()(grading.grade)
app.add_typer(course.app, name="course", rich_help_panel=COURSE)
app.command(rich_help_panel=COURSE, context_settings=aws.PASS_ON)(aws.aws)

app.add_typer(chaos.app, name="chaos", rich_help_panel=FAULTS)

app.command(rich_help_panel=SIGHT)(console.console)
app.command(rich_help_panel=SIGHT)(status.status)
app.command(rich_help_panel=SIGHT)(inbox.inbox)
app.command(rich_help_panel=SIGHT)(logs.logs)
app.command(rich_help_panel=SIGHT)(dlq.dlq)
app.command(rich_help_panel=SIGHT)(status.alarms)
app.command(rich_help_panel=SIGHT)(iam.iam)
app.command(rich_help_panel=SIGHT)(clock.clock)

app.command(rich_help_panel=PROJECT, context_settings=checks.PASS_ON)(checks.test)
app.command(rich_help_panel=PROJECT)(checks.lint)
app.command(rich_help_panel=PROJECT)(checks.audit)
app.command(rich_help_panel=PROJECT)(conformance.conformance)


@app.callback()
def choose(
    lang: Annotated[
        str | None,
        typer.Option(
            OPTION, metavar="th|en", help="The language. Default: $LAB_LANG, else your locale's."
        ),
    ] = None,
) -> None:
    """Run the CSV Report Processor lab on your machine."""
    assert lang is None, "main() takes it, wherever it stands; here it is for --help"


def main() -> NoReturn:
    """Run the command line and leave with its exit status."""
    read_env_file()
    ignore_the_users_aws()
    asked, arguments = take_option(sys.argv[1:])
    try:
        speak(choose_language(asked))
    except ValueError as error:
        sys.exit(_complain(str(error), USAGE))
    commands = typer.main.get_command(app)
    if language_of_this_command() == "th":
        from lab.thai.help import translate

        translate(commands)
    try:
        status = commands.main(arguments, prog_name=PROGRAM, standalone_mode=False)
    except Exception as error:
        if os.environ.get("LAB_DEBUG"):
            raise
        status = _explain(error)
    sys.exit(status if isinstance(status, int) else 0)


def _explain(error: Exception) -> int:
    """Say in one line what went wrong, and return the exit status."""
    if isinstance(error, LabError):
        return _complain(str(error), error.status)
    if isinstance(error, typer.TyperException):
        if not str(error):  # without any argument the help was the answer
            return USAGE
        return _complain(_wrong_use(error), getattr(error, "exit_code", FAILED))
    if type(error).__module__.partition(".")[0] in ("botocore", "requests", "urllib3"):
        return _complain(_about_the_cloud(error))
    told = refusal(error) if isinstance(error, OSError) else None
    unexpected = say(
        "{kind}: {error} (LAB_DEBUG=1 shows where)", kind=type(error).__name__, error=error
    )
    return _complain(told or unexpected)


def _about_the_cloud(error: Exception) -> str:
    """Say what an answer of the cloud, or none, means to who has built or changed it."""
    answer = getattr(error, "response", None)
    said = answer.get("Error", {}) if isinstance(answer, dict) else {}
    if said.get("Code") in MISSING_CODES:
        message = str(said.get("Message", "")).rstrip(".")
        operation = getattr(error, "operation_name", "")
        return say(
            "Missing in this cloud: {what} ({operation}). What is there and what is not: {status}",
            what=message,
            operation=operation,
            status=command("status"),
        )
    if not is_lab_here():
        target = target_of_this_command()
        return say("Target {target} does not do that: {error}", target=target, error=error)
    return say(
        "The lab does not answer as it should ({error}). Its log: {logs}",
        error=error,
        logs=command("logs"),
    )


def _wrong_use(error: typer.TyperException) -> str:
    context = getattr(error, "ctx", None)
    path = context.command_path if context else PROGRAM
    if getattr(error, "option_name", None) == "--target":
        from lab.targets.reasons import why_not

        if told := why_not(path.removeprefix(PROGRAM).strip()):
            return told
    describe = getattr(error, "format_message", None)
    message = describe() if describe else str(error)
    told = message.replace("Value error, ", "").rstrip(".")
    if language_of_this_command() == "th":
        from lab.thai.help import wrong_use

        told = wrong_use(told)
    return say("{wrong}. See: {path} --help", wrong=told, path=path)


def _complain(message: str, status: int = FAILED) -> int:
    first, _, rest = message.partition("\n")
    err.print("[red]✗[/red] ", end="")
    err.print(first, markup=False, soft_wrap=True)
    if rest:
        err.print(rest, markup=False, style="dim", soft_wrap=True)
    return status

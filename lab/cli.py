"""The command line: the one list of commands, and how errors become one line and a status."""

import os
import sys
from typing import NoReturn

import typer

from lab.advice import command
from lab.commands import (
    aws,
    chaos,
    checks,
    clock,
    conformance,
    course,
    demo,
    deploy,
    dlq,
    doctor,
    exercise,
    iam,
    inbox,
    logs,
    runs,
    status,
    up,
    upload,
    verify,
)
from lab.console import err
from lab.errors import FAILED, USAGE, LabError, refusal
from lab.launch.environment import read_env_file
from lab.running import MISSING_CODES, ignore_the_users_aws

app = typer.Typer(
    name="scripts/lab",
    help="แล็บ CSV Report Processor บนเครื่องของคุณ / The CSV Report Processor lab on your machine.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)

LIFE = "ชีวิตของแล็บ / The lab"
PROJECT = "ตรวจโครงการ / The project's own checks"
SIGHT = "ดูข้างใน / A look inside"
FAULTS = "ซ้อมรับความขัดข้อง / Faults on demand"
FILES = "ไฟล์และงาน / Files and jobs"
COURSE = "เรียนด้วยตัวเอง / The course"

app.command(rich_help_panel=LIFE)(demo.demo)
app.command(rich_help_panel=LIFE)(doctor.doctor)
app.command(rich_help_panel=LIFE)(up.up)
app.command(rich_help_panel=LIFE)(deploy.deploy)
app.command(rich_help_panel=LIFE)(up.down)
app.command(rich_help_panel=LIFE)(up.reset)

app.command(rich_help_panel=FILES)(upload.upload)
app.command(rich_help_panel=FILES)(runs.runs)
app.command(rich_help_panel=FILES)(runs.run)
app.command(rich_help_panel=FILES)(runs.result)
app.command(rich_help_panel=FILES)(exercise.exercise)
app.command(rich_help_panel=FILES)(verify.verify)

app.add_typer(course.app, name="course", rich_help_panel=COURSE)
app.command(rich_help_panel=COURSE, context_settings=aws.PASS_ON)(aws.aws)

app.add_typer(chaos.app, name="chaos", rich_help_panel=FAULTS)

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


def main() -> NoReturn:
    """Run the command line and leave with its exit status."""
    read_env_file()
    ignore_the_users_aws()
    try:
        status = app(prog_name="scripts/lab", standalone_mode=False)
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
    return _complain(told or f"{type(error).__name__}: {error} (LAB_DEBUG=1 shows where)")


def _about_the_cloud(error: Exception) -> str:
    """Say what an answer of the cloud, or none, means to who has built or changed it."""
    answer = getattr(error, "response", None)
    said = answer.get("Error", {}) if isinstance(answer, dict) else {}
    if said.get("Code") in MISSING_CODES:
        message = str(said.get("Message", "")).rstrip(".")
        operation = getattr(error, "operation_name", "")
        return (
            f"Missing in this cloud: {message} ({operation}). "
            f"What is there and what is not: {command('status')}"
        )
    return f"The lab does not answer as it should ({error}). Its log: {command('logs')}"


def _wrong_use(error: typer.TyperException) -> str:
    describe = getattr(error, "format_message", None)
    message = describe() if describe else str(error)
    context = getattr(error, "ctx", None)
    path = context.command_path if context else "scripts/lab"
    return f"{message.replace('Value error, ', '').rstrip('.')}. See: {path} --help"


def _complain(message: str, status: int = FAILED) -> int:
    first, _, rest = message.partition("\n")
    err.print("[red]✗[/red] ", end="")
    err.print(first, markup=False, soft_wrap=True)
    if rest:
        err.print(rest, markup=False, style="dim", soft_wrap=True)
    return status

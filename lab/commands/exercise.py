"""exercise: the worked solution of a week's exercises, added to the running lab and run once."""

from __future__ import annotations

import json
import secrets
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from lab.chosen import FIRST_ACCOUNT
from lab.console import inline, out
from lab.errors import LabError
from lab.language import say
from lab.launch.finding import open_lab
from lab.options import Account, Port, Yes
from lab.paths import REPOSITORY
from lab.running import RunningLab
from provision.waiting import Polling

if TYPE_CHECKING:
    from lab.promise.jobs import Job

LIMIT_SECONDS = 300.0
POLL_SECONDS = 0.3
SAMPLE = REPOSITORY / "samples" / "sample_sales.csv"


class Week(StrEnum):
    """Weeks whose exercises need more than the pipeline has."""

    WEEK3 = "week3"


WhichWeek = Annotated[Week, typer.Argument(help="Whose exercises.")]
File = Annotated[
    Path,
    typer.Argument(
        metavar="[FILE]", help="A valid sales file.", show_default="samples/sample_sales.csv"
    ),
]


def exercise(
    week: WhichWeek,
    file: File = SAMPLE,
    yes: Yes = False,
    port: Port = None,
    account: Account = FIRST_ACCOUNT,
) -> None:
    """Add a week's worked exercises to the lab and take a file through them."""
    from lab.promise.uploads import check_files
    from lab.provisioner import Provisioner
    from lab.views.deployment import bring_in

    check_files([file])
    lab = open_lab(port, account)
    # The exercise begins with a job of the pipeline: say at once where there can be none.
    lab.client("stepfunctions").describe_state_machine(stateMachineArn=lab.arns.state_machine)
    bring_in(Provisioner(f"exercises.{week}", lab), f"exercise {week} --yes", yes=yes)
    job = _processed(lab, file)
    execution = _run(lab, job)
    _show_path(lab, execution)
    if execution["status"] != "SUCCEEDED":
        raise LabError(
            say(
                "The exercise ended {status}: {cause}",
                status=execution["status"],
                cause=f"{execution.get('error', '')} {execution.get('cause', '')}".strip(),
            )
        )
    _show_products(json.loads(execution["output"]))


def _processed(lab: RunningLab, file: Path) -> Job:
    """Take the file through the pipeline first: the exercise works on a job that is done."""
    from lab.promise.jobs import PROCESSED
    from lab.promise.uploads import refuse_pending
    from lab.views.uploading import send

    uploads = send(lab, [file], limit_seconds=LIMIT_SECONDS)
    refuse_pending(uploads, LIMIT_SECONDS)
    job = uploads[0].job
    if job is None or job.outcome != PROCESSED:
        raise LabError(
            say(
                "{file} is no valid sales file, and the pipeline has moved it to failed/. "
                "The exercise needs a valid one, such as samples/sample_sales.csv.",
                file=file.name,
            )
        )
    return job


def _run(lab: RunningLab, job: Job) -> dict[str, Any]:
    """Start the exercise's state machine, wait, and return the description of the execution."""
    from exercises.week3.provisioning import STATE_MACHINE

    stepfunctions = lab.client("stepfunctions")
    arn = stepfunctions.start_execution(
        stateMachineArn=lab.arns.state_machine_named(STATE_MACHINE),
        name=f"week3-{job.job_id}-{secrets.token_hex(4)}",  # a run of its own, each time
        input=json.dumps(job.input),
    )["executionArn"]
    for _ in Polling(within=LIMIT_SECONDS, every=POLL_SECONDS):
        execution: dict[str, Any] = stepfunctions.describe_execution(executionArn=arn)
        if execution["status"] != "RUNNING":
            return execution
    raise LabError(say("{arn} still runs after {seconds:.0f} s.", arn=arn, seconds=LIMIT_SECONDS))


def _show_path(lab: RunningLab, execution: dict[str, Any]) -> None:
    from lab.promise.evidence import read_history

    out.print(f"\nexecution  {inline(execution['name'])}\n", soft_wrap=True)
    for event in read_history(lab.client("stepfunctions"), execution["executionArn"]):
        entered = event.get("stateEnteredEventDetails")
        if entered:
            at = (event["timestamp"] - execution["startDate"]).total_seconds()
            out.print(f"  +{at:7.2f} s  {entered['name']}")
    out.print()


def _show_products(state: dict[str, Any]) -> None:
    from rich.table import Table

    products: list[dict[str, Any]] = state["products"]
    table = Table(box=None, pad_edge=False, header_style="bold")
    table.add_column(say("product"))
    for name in (say("quantity"), say("orders"), say("revenue, THB")):
        table.add_column(name, justify="right")
    for each in products:
        table.add_row(
            inline(each["product"]),
            each["quantity"],
            str(each["orders"]),
            _baht(each["revenue_satang"]),
        )
    totals = state["totals"]
    table.add_section()
    table.add_row(say("sum"), "", "", _baht(totals["products_total_satang"]))
    table.add_row(say("the file's total"), "", "", _baht(totals["file_total_satang"]))
    out.print(table)


def _baht(satang: int) -> str:
    return f"{satang // 100:,}.{satang % 100:02d}"

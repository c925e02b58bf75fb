"""exercise: the worked solution of a week's exercises, added to the running lab and run once."""

import json
import secrets
import time
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from lab.commands.deploy import Yes, bring_in
from lab.commands.options import Account, Port
from lab.console import inline, out
from lab.current import FIRST_ACCOUNT
from lab.errors import LabError
from lab.paths import REPOSITORY

if TYPE_CHECKING:
    from lab.cloud import Cloud
    from lab.jobs import Job

LIMIT_S = 300.0
POLL_S = 0.3
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
    from lab.cloud import open_cloud
    from lab.provisioner import Provisioner
    from lab.uploads import check_files

    check_files([file])
    cloud = open_cloud(port, account)
    # The exercise begins with a job of the pipeline: say at once where there can be none.
    cloud.client("stepfunctions").describe_state_machine(stateMachineArn=cloud.state_machine_arn)
    bring_in(Provisioner(f"exercises.{week}", cloud), f"exercise {week} --yes", yes=yes)
    job = _processed(cloud, file)
    execution = _run(cloud, job)
    _show_path(cloud, execution)
    if execution["status"] != "SUCCEEDED":
        raise LabError(
            f"The exercise ended {execution['status']}: "
            f"{execution.get('error', '')} {execution.get('cause', '')}".rstrip()
        )
    _show_products(json.loads(execution["output"]))


def _processed(cloud: "Cloud", file: Path) -> "Job":
    """Take the file through the pipeline first: the exercise works on a job that is done."""
    from lab.commands.upload import send
    from lab.jobs import PROCESSED
    from lab.uploads import refuse_pending

    uploads = send(cloud, [file], limit_s=LIMIT_S)
    refuse_pending(uploads, LIMIT_S)
    job = uploads[0].job
    if job is None or job.outcome != PROCESSED:
        raise LabError(
            f"{file.name} is no valid sales file, and the pipeline has moved it to failed/. "
            "The exercise needs a valid one, such as samples/sample_sales.csv."
        )
    return job


def _run(cloud: "Cloud", job: "Job") -> dict[str, Any]:
    """Start the exercise's state machine and wait; the description of the execution."""
    from exercises.week3.provisioning import STATE_MACHINE

    stepfunctions = cloud.client("stepfunctions")
    arn = stepfunctions.start_execution(
        stateMachineArn=cloud.arn("states", f"stateMachine:{STATE_MACHINE}"),
        name=f"week3-{job.job_id}-{secrets.token_hex(4)}",  # a run of its own, each time
        input=json.dumps(job.input),
    )["executionArn"]
    deadline = time.monotonic() + LIMIT_S
    while True:
        execution: dict[str, Any] = stepfunctions.describe_execution(executionArn=arn)
        if execution["status"] != "RUNNING":
            return execution
        if time.monotonic() > deadline:
            raise LabError(f"{arn} still runs after {LIMIT_S:.0f} s.")
        time.sleep(POLL_S)


def _show_path(cloud: "Cloud", execution: dict[str, Any]) -> None:
    from lab.evidence import read_history

    out.print(f"\nexecution  {inline(execution['name'])}\n", soft_wrap=True)
    for event in read_history(cloud.client("stepfunctions"), execution["executionArn"]):
        entered = event.get("stateEnteredEventDetails")
        if entered:
            at = (event["timestamp"] - execution["startDate"]).total_seconds()
            out.print(f"  +{at:7.2f} s  {entered['name']}")
    out.print()


def _show_products(state: dict[str, Any]) -> None:
    from rich.table import Table

    products: list[dict[str, Any]] = state["products"]
    table = Table(box=None, pad_edge=False, header_style="bold")
    table.add_column("สินค้า / product")
    for name in ("quantity", "orders", "revenue, THB"):
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
    table.add_row("รวม / sum", "", "", _baht(totals["products_total_satang"]))
    table.add_row("ทั้งไฟล์ / the file's total", "", "", _baht(totals["file_total_satang"]))
    out.print(table)


def _baht(satang: int) -> str:
    return f"{satang // 100:,}.{satang % 100:02d}"

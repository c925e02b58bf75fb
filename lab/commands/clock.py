"""clock: the time of S3's lifecycle, which can be pushed forward."""

from datetime import datetime
from typing import Annotated

import typer

from lab.chosen import FIRST_ACCOUNT
from lab.console import bangkok, out, print_json
from lab.errors import UsageError
from lab.language import say
from lab.launch.finding import open_lab
from lab.options import Account, Json, Port
from lab.pages import CLOCK_PATH, get_page, post_page

Step = Annotated[
    str | None,
    typer.Argument(help="How far to push it: a number of d(ays), h(ours) or m(inutes), as +31d."),
]


def clock(
    step: Step = None, port: Port = None, account: Account = FIRST_ACCOUNT, json: Json = False
) -> None:
    """Show the clock of an account's lifecycle, or push it: `clock +31d` empties failed/."""
    endpoint = open_lab(port, account).endpoint
    if step is None:
        reading = get_page(endpoint, CLOCK_PATH, {"account": account})
    else:
        reading = post_page(endpoint, CLOCK_PATH, {"push": step, "account": account})
        if "error" in reading:
            raise UsageError(
                say(
                    "{step!r} is no step: give a number of days, hours or minutes, such as +31d.",
                    step=step,
                )
            )
    if json:
        print_json(reading)
        return
    pushed_days = reading["pushed_seconds"] / 86400
    now = bangkok(datetime.fromisoformat(reading["now"]))
    ahead = say("{days:g} days ahead; only the lifecycle sees it", days=pushed_days)
    out.print(f"{now}  [dim]({ahead})[/dim]")
    expired, aborted = reading.get("expired", []), reading.get("aborted", [])
    for uri in expired:
        out.print(say("expired  {uri}", uri=uri), markup=False)
    for uri in aborted:
        out.print(say("aborted  {uri}, an upload that nobody completed", uri=uri), markup=False)
    if step is not None and not expired and not aborted:
        out.print(say("Nothing expired."))

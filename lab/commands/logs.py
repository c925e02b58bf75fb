"""logs: what a function logged, or LocalStack itself."""

import time
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Annotated, Any

import typer

from lab.advice import command
from lab.chosen import FIRST_ACCOUNT
from lab.console import bangkok, out
from lab.errors import LabError, UsageError
from lab.language import say
from lab.launch.choice import launcher_of
from lab.launch.finding import find_lab, open_lab
from lab.options import Account, Port, Target
from lab.running import RunningLab

POLL_SECONDS = 1.0
GROUP_PREFIX = "/aws/lambda/"

Function = Annotated[
    str | None, typer.Argument(metavar="[FUNCTION]", help="For example csv-validator.")
]
Follow = Annotated[bool, typer.Option("--follow", "-f", help="Go on with what is to come.")]


def logs(
    function: Function = None,
    follow: Follow = False,
    port: Port = None,
    account: Account = FIRST_ACCOUNT,
    target: Target = None,
) -> None:
    """Show what a function logged; without a name, LocalStack's own log."""
    if function is None and (target is None or target.is_lab):
        _log_of_localstack(follow, port)
        return
    lab = open_lab(port, account, target)
    groups = _groups(lab)
    if function is None:
        raise UsageError(
            say(
                "Target {target} has no log of LocalStack. Name a function: {groups}",
                target=target,
                groups=", ".join(sorted(groups)) or say("none"),
            )
        )
    if function not in groups:
        raise UsageError(
            say(
                "There is no log of a function {function!r}. There are: {groups}",
                function=function,
                groups=", ".join(sorted(groups)) or say("none"),
            )
        )
    nothing = True
    for event in _events(lab, GROUP_PREFIX + function, follow=follow):
        nothing = False
        moment = datetime.fromtimestamp(event["timestamp"] / 1000, UTC)
        out.print(
            f"{bangkok(moment, '%H:%M:%S')} {event['message'].rstrip()}",
            markup=False,
            soft_wrap=True,
        )
    if nothing:
        out.print(say("{function} has logged nothing yet.", function=function))


def _groups(lab: RunningLab) -> set[str]:
    """Return the functions that have a log group, a student's own among them."""
    pages = lab.client("logs").get_paginator("describe_log_groups")
    return {
        group["logGroupName"].removeprefix(GROUP_PREFIX)
        for page in pages.paginate(logGroupNamePrefix=GROUP_PREFIX)
        for group in page["logGroups"]
    }


def _log_of_localstack(follow: bool, port: int | None) -> None:
    lab = find_lab(port)
    nothing = True
    for line in launcher_of(lab).logs(follow=follow):
        nothing = False
        out.print(line, markup=False, soft_wrap=True)
    if nothing:
        raise LabError(
            say(
                "The lab on port {port} has no log. Start it: {up}",
                port=lab.port,
                up=command("up"),
            )
        )


def _events(lab: RunningLab, group: str, *, follow: bool) -> Iterator[dict[str, Any]]:
    """Yield log events, oldest first; each only once, however often the log is asked for."""
    client = lab.client("logs")
    seen: set[str] = set()
    since = 0
    while True:
        pages = client.get_paginator("filter_log_events").paginate(
            logGroupName=group, startTime=since
        )
        found = [event for page in pages for event in page["events"]]
        news = [event for event in found if event["eventId"] not in seen]
        yield from sorted(news, key=lambda event: event["timestamp"])
        if not follow:
            return
        since = max([since, *(event["timestamp"] for event in news)])
        seen.update(event["eventId"] for event in news)
        time.sleep(POLL_SECONDS)

"""up, down, reset: a lab comes and goes."""

from __future__ import annotations

import time
from datetime import UTC, datetime
from enum import StrEnum
from typing import TYPE_CHECKING, Annotated, Any

import typer

from lab.advice import command
from lab.chosen import FIRST_ACCOUNT, TargetName, choose_port
from lab.console import bangkok, err, out, print_json
from lab.errors import UsageError
from lab.language import Sentence, say
from lab.launch import mailbox
from lab.launch.choice import EngineChoice, launcher_of
from lab.launch.finding import find_lab, open_lab
from lab.launch.record import forget, remember
from lab.launch.starting import bring_up, start
from lab.launch.turns import turn
from lab.launch.web_console import WebConsole, prepare_beside, start_beside
from lab.options import Json, Port, Target, WithConsole
from lab.running import LabRecord
from lab.states import (
    automatic_state,
    empty_and_provision,
    save_before_the_stop,
    tell_what_is_not_saved,
)
from lab.views.ready import buckets_of, show_rows, show_tips

if TYPE_CHECKING:
    from collections.abc import Mapping


class ProfileName(StrEnum):
    """What `up --profile` takes."""

    WORKSHOP = "workshop"
    QUICK = "quick"


IAM_MODES = {
    "enforce": Sentence("enforced: what no policy allows is refused, as on AWS"),
    "log": Sentence("log: everything passes, and the log says what AWS would refuse"),
    "off": Sentence("off: nothing is checked"),
}

Engine = Annotated[EngineChoice, typer.Option(help="How LocalStack runs.")]
Profile = Annotated[
    ProfileName | None,
    typer.Option(help="workshop: the course's own timings. quick: short ones, for tests."),
]
Fresh = Annotated[
    bool, typer.Option("--fresh", help="Start with an empty cloud, not the one of the last stop.")
]
WithMailbox = Annotated[
    bool, typer.Option("--mailbox", help="Also show the mails in a web mailbox (needs Docker).")
]
Empty = Annotated[
    bool,
    typer.Option("--empty", help="Leave account 000000000000 empty, to build the pipeline there."),
]


EndpointUrl = Annotated[
    str | None,
    typer.Option(
        "--endpoint-url", metavar="URL", help="For target endpoint: its address on this machine."
    ),
]
AwsProfile = Annotated[
    str | None,
    typer.Option("--aws-profile", metavar="NAME", help="For target aws: a profile of ~/.aws."),
]
Region = Annotated[
    str | None,
    typer.Option("--region", metavar="NAME", help="For a target. Default: ap-southeast-1."),
]
AwsAccount = Annotated[
    str | None,
    typer.Option(
        "--account", metavar="NUMBER", help="For target aws: go on in this account without asking."
    ),
]
OnlyPlan = Annotated[
    bool, typer.Option("--plan", help="For a target: say what would change, and change nothing.")
]


def up(  # noqa: PLR0913, PLR0917 - a command has as many options as it has
    engine: Engine = EngineChoice.AUTO,
    profile: Profile = None,
    with_mailbox: WithMailbox = False,
    with_console: WithConsole = False,
    empty: Empty = False,
    fresh: Fresh = False,
    target: Target = None,
    endpoint_url: EndpointUrl = None,
    aws_profile: AwsProfile = None,
    region: Region = None,
    account: AwsAccount = None,
    plan: OnlyPlan = False,
    port: Port = None,
    json: Json = False,
) -> None:
    """Start the lab and wait until it is really provisioned. Running it again is harmless.

    With --target endpoint or aws the pipeline comes up there instead, and nothing is started here.
    """
    chosen = profile.value if profile else None
    of_a_target = {
        "--endpoint-url": endpoint_url,
        "--aws-profile": aws_profile,
        "--region": region,
        "--account": account,
        "--plan": plan,
    }
    if target is not None and not target.is_lab:
        of_a_lab = {
            "--engine": engine is not EngineChoice.AUTO,
            "--mailbox": with_mailbox,
            "--console": with_console,
            "--empty": empty,
            "--fresh": fresh,
            "--port": port is not None,
        }
        _refuse(of_a_lab, say("for a lab on this machine"))
        from lab.targets.choosing import Wanted
        from lab.views.target_up import bring_up_at

        wanted = Wanted(target, chosen, endpoint_url, aws_profile, region)
        bring_up_at(wanted, account, only_plan=plan, as_json=json)
        return
    _refuse(of_a_target, say("for --target endpoint or --target aws"))
    started = time.monotonic()
    engine = _engine_of(target, engine)
    number = choose_port(port)
    wants_console = prepare_beside(number, asked=with_console)
    lab = bring_up(engine, chosen, number, with_mailbox=with_mailbox, empty=empty, fresh=fresh)
    if wants_console:
        with err.status(say("starting the console")):
            start_beside(lab)
    seconds = round(time.monotonic() - started, 1)
    if json:
        print_json(_as_json(lab, seconds))
    else:
        _tell(lab, seconds)


def _refuse(options: Mapping[str, object], what_for: str) -> None:
    """Refuse options that mean nothing here."""
    for option, given in options.items():
        if given:
            raise UsageError(say("{option} is {what_for}.", option=option, what_for=what_for))


def _engine_of(target: TargetName | None, engine: EngineChoice) -> EngineChoice:
    """Return how a lab shall run: `--target local` and `compose` say that as well as `--engine`."""
    if target is None:
        return engine
    wanted = EngineChoice(target.value)
    if engine not in (EngineChoice.AUTO, wanted):
        raise UsageError(
            say(
                "--target {target} and --engine {engine} contradict each other.",
                target=target,
                engine=engine,
            )
        )
    return wanted


def down(
    wipe: Annotated[bool, typer.Option("--wipe", help="Also delete the lab's files.")] = False,
    target: Target = None,
    account: AwsAccount = None,
    port: Port = None,
) -> None:
    """Stop the lab. Its cloud is saved, and `up` brings it back, unless LAB_PERSIST=off.

    With --target endpoint or aws it removes the pipeline there, as `destroy` does.
    """
    if target is not None and not target.is_lab:
        from lab.views.destroying import remove_pipeline

        _refuse({"--wipe": wipe, "--port": port is not None}, say("for a lab on this machine"))
        lab_there = open_lab(target=target, account=account or FIRST_ACCOUNT)
        remove_pipeline(lab_there, "down", given=account)
        return
    _refuse({"--account": account}, say("for --target endpoint or --target aws"))
    number = choose_port(port)
    with turn(number):
        had_console = WebConsole(number).stop()
        lab = find_lab(number)
        launcher = launcher_of(lab)
        was_running = launcher.status().running
        with err.status(say("stopping the lab")):
            left_out = save_before_the_stop(lab.endpoint) if was_running and not wipe else None
            launcher.stop(wipe=wipe)
        forget(lab, wipe=wipe, is_kept=left_out is not None or not was_running)
    out.print(
        say("The lab on port {port} stopped.", port=lab.port)
        if was_running
        else say("The lab on port {port} was not running.", port=lab.port)
    )
    if had_console:
        out.print(say("Its console too."))
    if left_out is not None:
        out.print(say("Its cloud is saved: {up} brings it back.", up=command("up", lab.port)))
        tell_what_is_not_saved(left_out)
    if wipe:
        out.print(say("Its files are deleted."))


def reset(port: Port = None) -> None:
    """Start again with an empty cloud, provisioned as on the first day."""
    number = choose_port(port)
    with turn(number):
        lab = find_lab(number)
        with err.status(say("emptying the cloud and provisioning it again")):
            is_done = empty_and_provision(lab.endpoint)
        if is_done:
            remember(lab)
        else:
            _start_anew(lab)
    if lab.is_empty:
        out.print(say("The lab on port {port} is empty again.", port=lab.port))
    else:
        out.print(say("The lab on port {port} is empty and provisioned again.", port=lab.port))


def _start_anew(lab: LabRecord) -> None:
    """Stop the lab, forget its cloud and start it: what always works, and takes longer."""
    with err.status(say("stopping the lab")):
        launcher = launcher_of(lab)
        launcher.stop()
        launcher.discard_state()
    start(lab)


def _as_json(lab: LabRecord, seconds: float) -> dict[str, Any]:
    settings = lab.settings
    return {
        "endpoint": lab.endpoint,
        "engine": lab.engine,
        "profile": lab.profile,
        "port": lab.port,
        "region": settings.region,
        "mailbox": _mailbox_page(lab),
        "console": WebConsole(lab.port).address(),
        "iam": _iam_mode(lab),
        "empty": lab.is_empty,
        "raw_bucket": settings.raw_bucket,
        "processed_bucket": settings.processed_bucket,
        "brought_back": automatic_state(lab.endpoint).get("brought_back"),
        "ready": True,
        "seconds": seconds,
    }


def _tell(lab: LabRecord, seconds: float) -> None:
    settings = lab.settings
    ready = say("The lab is ready ({seconds:.1f} s)", seconds=seconds)
    out.print(f"[green]✓[/green] {ready}\n")
    rows = {
        "endpoint": lab.endpoint,
        "region": settings.region,
        "engine": f"{lab.engine}, profile {lab.profile}",
        "IAM": say(IAM_MODES[_iam_mode(lab)]),
    }
    if lab.is_empty:
        rows[say("account")] = say(
            "{account} is empty: build the pipeline there", account=FIRST_ACCOUNT
        )
    else:
        rows |= buckets_of(settings)
    if page := _mailbox_page(lab):
        rows[say("mailbox")] = page
    if address := WebConsole(lab.port).address():
        rows["console"] = address
    state = automatic_state(lab.endpoint)
    if back := state.get("brought_back"):
        when = bangkok(datetime.fromtimestamp(back["saved_at"], UTC))
        rows[say("cloud")] = say("as it was left, {when}", when=when)
    if refused := state.get("refused"):
        warning = say("The saved cloud was not brought back: {reason}", reason=refused)
        err.print(warning, markup=False, soft_wrap=True)
    show_rows(rows)
    show_tips(_tips(lab))


def _tips(lab: LabRecord) -> dict[str, str]:
    if lab.is_empty:
        return {
            f"{command('course')} --account {FIRST_ACCOUNT}": say("the first step"),
            command("status"): say("how it is doing"),
        }
    return {
        command("demo"): say("sample files"),
        command("upload samples/sample_sales.csv"): say("one file"),
        command("console"): say("the lab in your browser"),
        command("status"): say("how it is doing"),
    }


def _mailbox_page(lab: LabRecord) -> str | None:
    return None if lab.mailbox_port is None else mailbox.page(lab.mailbox_port)


def _iam_mode(lab: LabRecord) -> str:
    """Return the mode that LAB_IAM asks for; LocalStack does not start with an unknown one."""
    if lab.variables.get("LAB_FIDELITY") == "off":
        return "off"
    return lab.variables.get("LAB_IAM") or "enforce"

"""up, down, reset: a lab comes and goes."""

import os
import time
from dataclasses import replace
from enum import StrEnum
from typing import Annotated, Any

import typer

from lab.advice import command
from lab.commands.options import Json, Port
from lab.console import err, out, print_json
from lab.current import Lab, forget, meant_lab, meant_port, remember
from lab.engines import mailbox
from lab.engines.choice import EngineChoice, choose
from lab.engines.environment import lab_settings
from lab.errors import LabError


class ProfileName(StrEnum):
    """What `up --profile` takes."""

    WORKSHOP = "workshop"
    QUICK = "quick"


IAM_MODES = {
    "enforce": "enforced: what no policy allows is refused, as on AWS",
    "log": "log: everything passes, and the log says what AWS would refuse",
    "off": "off: nothing is checked",
}

Engine = Annotated[EngineChoice, typer.Option(help="How LocalStack runs.")]
Profile = Annotated[
    ProfileName | None,
    typer.Option(help="workshop: the course's own timings. quick: short ones, for tests."),
]
WithMailbox = Annotated[
    bool, typer.Option("--mailbox", help="Also show the mails in a web mailbox (needs Docker).")
]


def up(
    engine: Engine = EngineChoice.AUTO,
    profile: Profile = None,
    with_mailbox: WithMailbox = False,
    port: Port = None,
    json: Json = False,
) -> None:
    """Start the lab and wait until it is really provisioned. Running it again is harmless."""
    started = time.monotonic()
    chosen = profile.value if profile else None
    lab = bring_up(engine, chosen, meant_port(port), with_mailbox=with_mailbox)
    seconds = round(time.monotonic() - started, 1)
    if json:
        print_json(_as_json(lab, seconds))
    else:
        _tell(lab, seconds)


def down(
    wipe: Annotated[bool, typer.Option("--wipe", help="Also delete the lab's files.")] = False,
    port: Port = None,
) -> None:
    """Stop the lab. Its cloud is gone with it: this LocalStack keeps nothing."""
    lab = meant_lab(port)
    engine = lab.make_engine()
    was_running = engine.status().running
    with err.status("stopping the lab"):
        engine.stop(wipe=wipe)
    forget(lab, wipe=wipe)
    state = "stopped" if was_running else "was not running"
    out.print(f"The lab on port {lab.port} {state}{', its files are deleted' if wipe else ''}.")


def reset(port: Port = None) -> None:
    """Start again with an empty cloud, provisioned as on the first day."""
    lab = meant_lab(port)
    with err.status("stopping the lab"):
        lab.make_engine().stop()
    _start(lab)
    out.print(f"The lab on port {lab.port} is empty and provisioned again.")


def bring_up(
    engine: EngineChoice, profile: str | None, port: int, *, with_mailbox: bool = False
) -> Lab:
    """Start the lab on this port, or find it running.

    Args:
        engine: how it should run.
        profile: None takes that of a running lab, else LAB_PROFILE, else workshop.
        port: where it should listen.
        with_mailbox: whether it must have a web mailbox; COMPOSE_PROFILES can ask for one too.

    Raises:
        LabError: it did not come up, or runs otherwise than asked for.
    """
    known = meant_lab(port)
    if known.make_engine().status().running:
        _refuse_a_change(known, engine, profile)
        if with_mailbox and known.mailbox_port is None:
            raise LabError(
                f"The lab on port {known.port} already runs, without a mailbox. To add it, stop "
                f"the lab first: {command('down')}"
            )
        lab = known
    else:
        kind, why = choose(engine)
        err.print(f"Engine: [bold]{kind}[/bold] ({why})")
        mailbox_port = _mailbox_port(kind, why, with_mailbox=with_mailbox)
        chosen = profile or os.environ.get("LAB_PROFILE") or ProfileName.WORKSHOP
        lab = Lab(port, kind.value, chosen, lab_settings(chosen), mailbox_port)
    _start(lab)
    return lab


def _mailbox_port(kind: EngineChoice, why: str, *, with_mailbox: bool) -> int | None:
    if kind is EngineChoice.COMPOSE:
        return mailbox.meant_port() if with_mailbox or mailbox.is_asked_for() else None
    if with_mailbox:
        raise LabError(
            f"The mailbox is a container, and this lab would run without Docker ({why}). "
            f"{command('inbox')} shows the same mails; SMTP_HOST can name a mail server of your "
            "own."
        )
    return None


def _refuse_a_change(running: Lab, engine: EngineChoice, profile: str | None) -> None:
    other_engine = engine not in (EngineChoice.AUTO, running.engine)
    other_profile = profile not in (None, running.profile)
    if other_engine or other_profile:
        raise LabError(
            f"The lab on port {running.port} already runs with engine {running.engine} and "
            f"profile {running.profile}. To change that, stop it first: {command('down')}"
        )
    named_now = lab_settings(running.profile)
    wanted = replace(running, variables={**running.variables, **named_now})
    if wanted.settings != running.settings:
        raise LabError(
            f"The lab on port {running.port} runs with other LAB_* settings than those set now. "
            f"To change them, stop it first: {command('down')}"
        )


def _start(lab: Lab) -> None:
    lab.settings  # noqa: B018 - wrong LAB_* variables are told before anything starts
    engine = lab.make_engine()
    started = time.monotonic()
    with err.status("") as line:

        def show(doing: str) -> None:
            line.update(f"{doing} … {time.monotonic() - started:.0f} s")

        engine.start(show)
    remember(lab)


def _as_json(lab: Lab, seconds: float) -> dict[str, Any]:
    settings = lab.settings
    return {
        "endpoint": lab.endpoint,
        "engine": lab.engine,
        "profile": lab.profile,
        "port": lab.port,
        "region": settings.region,
        "mailbox": _mailbox_page(lab),
        "iam": _iam_mode(lab),
        "raw_bucket": settings.raw_bucket,
        "processed_bucket": settings.processed_bucket,
        "ready": True,
        "seconds": seconds,
    }


def _tell(lab: Lab, seconds: float) -> None:
    settings = lab.settings
    out.print(f"[green]✓[/green] แล็บพร้อมแล้ว / The lab is ready ({seconds:.1f} s)\n")
    rows = {
        "endpoint": lab.endpoint,
        "region": settings.region,
        "engine": f"{lab.engine}, profile {lab.profile}",
        "IAM": IAM_MODES[_iam_mode(lab)],
        "upload to": f"s3://{settings.raw_bucket}/{settings.uploads_prefix}",
        "results in": f"s3://{settings.processed_bucket}/{settings.processed_prefix}",
        "failed in": f"s3://{settings.raw_bucket}/{settings.failed_prefix}",
    }
    if page := _mailbox_page(lab):
        rows["mailbox"] = page
    for name, value in rows.items():
        out.print(f"  {name:<11}{value}", soft_wrap=True)
    out.print("\nลองต่อ / Try next:")
    tips = {
        command("demo"): "ชุดไฟล์ตัวอย่าง / sample files",
        command("upload samples/sample_sales.csv"): "ไฟล์เดียว / one file",
        command("status"): "ดูสถานะ / how it is doing",
    }
    width = max(map(len, tips))
    for words, meaning in tips.items():
        out.print(f"  {words:<{width}}  {meaning}", soft_wrap=True)


def _mailbox_page(lab: Lab) -> str | None:
    return None if lab.mailbox_port is None else mailbox.page(lab.mailbox_port)


def _iam_mode(lab: Lab) -> str:
    """What the engine makes of LAB_IAM; it refuses to start with a word that is none."""
    if lab.variables.get("LAB_FIDELITY") == "off":
        return "off"
    return lab.variables.get("LAB_IAM") or "enforce"

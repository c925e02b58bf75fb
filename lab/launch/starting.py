"""How a lab comes up: the one that runs is found, or a new one is started."""

import os
import time
from dataclasses import replace

from lab.advice import command
from lab.console import err
from lab.errors import LabError
from lab.language import say
from lab.launch import mailbox
from lab.launch.choice import EngineChoice, choose, launcher_of
from lab.launch.environment import keeps_its_cloud, lab_settings
from lab.launch.finding import find_lab
from lab.launch.launcher import Launcher
from lab.launch.record import keep, recorded, remember
from lab.launch.turns import turn
from lab.running import EMPTY, LabRecord


def bring_up(  # noqa: PLR0913 - all but three have defaults
    engine: EngineChoice,
    profile: str | None,
    port: int,
    *,
    with_mailbox: bool = False,
    empty: bool = False,
    fresh: bool = False,
) -> LabRecord:
    """Start the lab on this port, or find it running.

    Args:
        engine: How it should run.
        profile: None takes that of a running lab, else LAB_PROFILE, else that of the lab whose
            cloud was saved here, else workshop.
        port: Where it should listen.
        with_mailbox: Whether it must have a web mailbox; COMPOSE_PROFILES can ask for one too.
        empty: Whether its first account must be left empty; one that was started so stays so.
        fresh: Forget the cloud that was saved at the last stop.

    Raises:
        LabError: It did not come up, or runs otherwise than asked for.
    """
    with turn(port):
        lab = find_lab(port)
        launcher = launcher_of(lab)
        if launcher.status().running:
            if fresh:
                raise LabError(
                    say(
                        "The lab on port {port} already runs, with the cloud that is in it. "
                        "A new one beside it: {up}",
                        port=port,
                        up=command("up --fresh", port + 1),
                    )
                )
            _refuse_a_change(lab, engine, profile, with_mailbox=with_mailbox, empty=empty)
            _tell_what_has_to_wait(lab, launcher)
        else:
            if not fresh:
                _refuse_to_empty(lab, empty=empty)
                profile = profile or os.environ.get("LAB_PROFILE") or lab.profile
                empty = empty or lab.is_empty
            lab = _new_lab(engine, profile, port, with_mailbox=with_mailbox, empty=empty)
            if fresh:
                launcher_of(lab).discard_state()
        start(lab)
    return lab


def start(lab: LabRecord) -> None:
    """Start a lab, telling how far it is. To be called in its turn.

    Raises:
        LabError: It did not come up.
    """
    lab.settings  # noqa: B018 - wrong LAB_* variables are told before anything starts
    keep(lab)  # so is a disk that takes nothing
    launcher = launcher_of(lab)
    started = time.monotonic()
    with err.status("") as line:

        def show(doing: str) -> None:
            line.update(f"{doing} … {time.monotonic() - started:.0f} s")

        launcher.start(show)
    remember(lab)


def _new_lab(
    engine: EngineChoice, profile: str | None, port: int, *, with_mailbox: bool, empty: bool
) -> LabRecord:
    kind, why = choose(engine)
    err.print(say("Engine: [bold]{kind}[/bold] ({why})", kind=kind, why=why))
    mailbox_port = _mailbox_port(kind, why, with_mailbox=with_mailbox)
    chosen = profile or os.environ.get("LAB_PROFILE") or "workshop"
    variables = {**lab_settings(chosen), EMPTY: "on" if empty else "off"}
    return LabRecord(port, kind.value, chosen, variables, mailbox_port)


def _mailbox_port(kind: EngineChoice, why: str, *, with_mailbox: bool) -> int | None:
    if kind is EngineChoice.COMPOSE:
        return mailbox.port_asked_for() if with_mailbox or mailbox.is_asked_for() else None
    if with_mailbox:
        raise LabError(
            say(
                "The mailbox is a container, and this lab would run without Docker ({why}). "
                "{inbox} shows the same mails; SMTP_HOST can name a mail server of your own.",
                why=why,
                inbox=command("inbox"),
            )
        )
    return None


def _refuse_a_change(
    running: LabRecord,
    engine: EngineChoice,
    profile: str | None,
    *,
    with_mailbox: bool,
    empty: bool,
) -> None:
    other_engine = engine not in (EngineChoice.AUTO, running.engine)
    other_profile = profile not in (None, running.profile)
    if other_engine or other_profile:
        raise LabError(
            say(
                "The lab on port {port} already runs with engine {engine} and profile {profile}. "
                "{instead}",
                port=running.port,
                engine=running.engine,
                profile=running.profile,
                instead=_beside_or_instead(running),
            )
        )
    named_now = lab_settings(running.profile)
    wanted = replace(running, variables={**running.variables, **named_now})
    if wanted.settings != running.settings:
        raise LabError(
            say(
                "The lab on port {port} runs with other LAB_* settings than those set now. "
                "{instead}",
                port=running.port,
                instead=_beside_or_instead(running),
            )
        )
    if empty and not running.is_empty:
        raise LabError(
            say(
                "The lab on port {port} already runs, with the finished pipeline. {instead}",
                port=running.port,
                instead=_beside_or_instead(running),
            )
        )
    if with_mailbox and running.mailbox_port is None:
        raise LabError(
            say(
                "The lab on port {port} already runs, without a mailbox. {instead}",
                port=running.port,
                instead=_beside_or_instead(running),
            )
        )


def _refuse_to_empty(saved: LabRecord, *, empty: bool) -> None:
    """Refuse to leave an account empty that is not empty in the cloud that comes back."""
    if empty and recorded(saved.port) and not saved.is_empty and keeps_its_cloud(os.environ):
        raise LabError(
            say(
                "The cloud that was saved on port {port} has the finished pipeline. Another lab "
                "beside it: {up}. {fresh} deletes what was saved.",
                port=saved.port,
                up=command("up --empty", saved.port + 1),
                fresh=command("up --empty --fresh", saved.port),
            )
        )


def _beside_or_instead(running: LabRecord) -> str:
    """Say how to get such a lab; what is in the running one stays unless the user decides."""
    beside, down = command("up", running.port + 1), command("down")
    if keeps_its_cloud(running.variables):
        return say(
            "Another lab beside it: {up}. {down} stops this one and saves its cloud.",
            up=beside,
            down=down,
        )
    return say(
        "Another lab beside it: {up}. {down} stops this one and empties its cloud.",
        up=beside,
        down=down,
    )


def _tell_what_has_to_wait(running: LabRecord, launcher: Launcher) -> None:
    """Say which settings the running lab does not have, and what taking them up does to it."""
    waiting = launcher.settings_for_later()
    if not waiting:
        return
    names, down, up = ", ".join(waiting), command("down"), command("up")
    if keeps_its_cloud(running.variables) and keeps_its_cloud(os.environ):
        told = say(
            "Not taken up by the running lab: {settings}. "
            "To start it anew, with its cloud as it is: {down}, then {up}",
            settings=names,
            down=down,
            up=up,
        )
    else:
        told = say(
            "Not taken up by the running lab: {settings}. "
            "To start it anew, with an empty cloud: {down}, then {up}",
            settings=names,
            down=down,
            up=up,
        )
    err.print(told, markup=False, soft_wrap=True)

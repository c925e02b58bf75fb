"""How a lab comes up: the one that runs is found, or a new one is started."""

import os
import time
from dataclasses import replace

from lab.advice import command
from lab.console import err
from lab.current import Lab, meant_lab, record, remember
from lab.engines import mailbox
from lab.engines.base import Engine
from lab.engines.choice import EngineChoice, choose
from lab.engines.environment import lab_settings
from lab.errors import LabError
from lab.turns import turn


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
    with turn(port):
        known = meant_lab(port)
        if known.make_engine().status().running:
            lab = known
            _refuse_a_change(lab, engine, profile, with_mailbox=with_mailbox)
            _tell_what_has_to_wait(lab.make_engine())
        else:
            lab = _new_lab(engine, profile, port, with_mailbox=with_mailbox)
        start(lab)
    return lab


def start(lab: Lab) -> None:
    """Start a lab, telling how far it is. To be called in its turn.

    Raises:
        LabError: it did not come up.
    """
    lab.settings  # noqa: B018 - wrong LAB_* variables are told before anything starts
    record(lab)  # so is a disk that takes nothing
    engine = lab.make_engine()
    started = time.monotonic()
    with err.status("") as line:

        def show(doing: str) -> None:
            line.update(f"{doing} … {time.monotonic() - started:.0f} s")

        engine.start(show)
    remember(lab)


def _new_lab(engine: EngineChoice, profile: str | None, port: int, *, with_mailbox: bool) -> Lab:
    kind, why = choose(engine)
    err.print(f"Engine: [bold]{kind}[/bold] ({why})")
    mailbox_port = _mailbox_port(kind, why, with_mailbox=with_mailbox)
    chosen = profile or os.environ.get("LAB_PROFILE") or "workshop"
    return Lab(port, kind.value, chosen, lab_settings(chosen), mailbox_port)


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


def _refuse_a_change(
    running: Lab, engine: EngineChoice, profile: str | None, *, with_mailbox: bool
) -> None:
    other_engine = engine not in (EngineChoice.AUTO, running.engine)
    other_profile = profile not in (None, running.profile)
    if other_engine or other_profile:
        raise LabError(
            f"The lab on port {running.port} already runs with engine {running.engine} and "
            f"profile {running.profile}. {_beside_or_instead(running)}"
        )
    named_now = lab_settings(running.profile)
    wanted = replace(running, variables={**running.variables, **named_now})
    if wanted.settings != running.settings:
        raise LabError(
            f"The lab on port {running.port} runs with other LAB_* settings than those set now. "
            f"{_beside_or_instead(running)}"
        )
    if with_mailbox and running.mailbox_port is None:
        raise LabError(
            f"The lab on port {running.port} already runs, without a mailbox. "
            f"{_beside_or_instead(running)}"
        )


def _beside_or_instead(running: Lab) -> str:
    """How to have what the running lab is not; what is in it stays unless somebody decides."""
    return (
        f"Another lab beside it: {command('up', running.port + 1)}. "
        f"{command('down')} stops this one and empties its cloud."
    )


def _tell_what_has_to_wait(engine: Engine) -> None:
    """Say which settings the running lab does not have: taking them up would empty its cloud."""
    waiting = engine.settings_for_later()
    if waiting:
        err.print(
            f"Not taken up by the running lab: {', '.join(waiting)}. "
            f"To start it anew, with an empty cloud: {command('down')}, then {command('up')}",
            markup=False,
            soft_wrap=True,
        )

"""The account of the lab in which somebody takes the course."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lab.advice import command
from lab.chosen import FIRST_ACCOUNT, choose_account
from lab.errors import UsageError
from lab.language import say
from lab.launch.finding import open_lab
from lab.paths import lab_home

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from course.sandbox import Sandbox
    from lab.running import RunningLab


def open_sandbox(
    port: int | None, account: str | None, *, to_change: bool = False
) -> tuple[Sandbox, Path]:
    """Return a student's account in the lab of a command, and the folder of that lab.

    Args:
        port: Of the lab; None for the one that commands are about.
        account: Twelve digits; None for the course's own.
        to_change: Whether the command builds or removes something in it.

    Raises:
        LabError: The lab is not running.
        UsageError: The account is not twelve digits, or it is to be changed and holds the finished
            pipeline.
    """
    from course.sandbox import DEFAULT_ACCOUNT

    number = choose_account(account or DEFAULT_ACCOUNT)
    lab = open_lab(port, number)
    if to_change and number == FIRST_ACCOUNT and not lab.record.is_empty:
        raise UsageError(
            say(
                "Account {account} holds the finished pipeline, which the course leaves alone. "
                "Work in another one (leave --account out), or in a lab without the pipeline: "
                "{down}, then {up}",
                account=FIRST_ACCOUNT,
                down=command("down"),
                up=command("up --empty"),
            )
        )
    return sandbox_in(lab), lab_home(lab.record.port)


def sandbox_in(lab: RunningLab) -> Sandbox:
    """Return one account of a lab as the course knows it."""
    from course.sandbox import Sandbox

    settings = lab.settings
    return Sandbox(
        endpoint=lab.endpoint,
        account=lab.account,
        region=lab.region,
        student=settings.student,
        suffix=settings.suffix,
        email=settings.email,
        pace="quick" if lab.record.profile == "quick" else "workshop",
        course_key=course_key(lab.record.variables),
    )


def course_key(variables: Mapping[str, str]) -> str:
    """Return the secret that each student's data is made from: LAB_COURSE_KEY, or the usual one."""
    from course.sandbox import DEFAULT_COURSE_KEY

    return variables.get("LAB_COURSE_KEY") or DEFAULT_COURSE_KEY

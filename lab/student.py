"""The account of the lab in which somebody takes the course."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lab.chosen import choose_account
from lab.launch.finding import open_lab
from lab.paths import lab_home

if TYPE_CHECKING:
    from pathlib import Path

    from course.sandbox import Sandbox


def open_sandbox(port: int | None, account: str | None) -> tuple[Sandbox, Path]:
    """Return a student's account in the lab of a command, and the folder of that lab.

    Raises:
        LabError: The lab is not running.
        UsageError: The account is not twelve digits.
    """
    from course.sandbox import DEFAULT_ACCOUNT, DEFAULT_COURSE_KEY, Sandbox

    number = choose_account(account or DEFAULT_ACCOUNT)
    lab = open_lab(port, number)
    settings = lab.settings
    sandbox = Sandbox(
        endpoint=lab.endpoint,
        account=number,
        region=lab.region,
        student=settings.student,
        suffix=settings.suffix,
        email=settings.email,
        pace="quick" if lab.record.profile == "quick" else "workshop",
        course_key=lab.record.variables.get("LAB_COURSE_KEY", DEFAULT_COURSE_KEY),
    )
    return sandbox, lab_home(lab.record.port)

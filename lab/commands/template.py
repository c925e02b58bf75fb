"""template: the pipeline as a CloudFormation template."""

import os
from pathlib import Path
from typing import Annotated

import typer

from lab.console import out
from lab.language import say
from lab.launch.environment import lab_settings
from lab.running import LabRecord

Folder = Annotated[Path, typer.Argument(metavar="FOLDER", help="Where to write it.")]


def template(folder: Folder) -> None:
    """Write the pipeline as a CloudFormation template, with the code it deploys.

    It has the names and numbers of LAB_STUDENT, LAB_SUFFIX, LAB_EMAIL and LAB_PROFILE.
    """
    from provision.template import write_template

    profile = os.environ.get("LAB_PROFILE") or "workshop"
    settings = LabRecord(0, profile=profile, variables=lab_settings(profile)).settings
    files = write_template(settings, folder)
    out.print(
        say(
            "{template} and the code of {count} functions are written.",
            template=files[0],
            count=len(files) - 1,
        ),
        markup=False,
        soft_wrap=True,
    )
    out.print(say("How to deploy it: docs/aws.md"))

"""Options that several commands share."""

from typing import Annotated

import typer

from lab.chosen import TargetName, choose_account, choose_target
from lab.language import speak

Target = Annotated[
    TargetName | None,
    typer.Option(
        "--target",
        help="Where the pipeline is. Default: the lab on this machine.",
        callback=choose_target,
    ),
]
Port = Annotated[
    int | None,
    typer.Option("--port", help="Which lab. Default: $LOCALSTACK_PORT, else the last `up`."),
]
LabPort = Annotated[
    int | None,
    typer.Option("--lab-port", help="Which lab. Default: $LOCALSTACK_PORT, else the last `up`."),
]
"""Of the command whose `--port` is another one."""

WithConsole = Annotated[
    bool,
    typer.Option("--console", help="Also show the lab in the browser. Default: $LAB_CONSOLE."),
]

Account = Annotated[
    str,
    typer.Option(
        "--account",
        metavar="NUMBER",
        help="Which AWS account of the lab, twelve digits.",
        callback=choose_account,
    ),
]
"""Its default is `lab.chosen.FIRST_ACCOUNT`, the account that `up` provisions."""


def _english_for_programs(as_json: bool) -> bool:
    """Let what programs read be the same in every language."""
    if as_json:
        speak("en")
    return as_json


Json = Annotated[
    bool,
    typer.Option(
        "--json", help="Machine-readable output on stdout.", callback=_english_for_programs
    ),
]

StudentAccount = Annotated[
    str | None,
    typer.Option(
        "--account",
        metavar="NUMBER",
        envvar="LAB_ACCOUNT",
        show_default="111111111111",
        help="Your account, twelve digits.",
    ),
]
"""Of the commands for who takes the course."""

Lang = Annotated[
    str | None,
    typer.Option("--lang", help="The language. Default: $LAB_LANG, else your locale's."),
]

Yes = Annotated[
    bool, typer.Option("--yes", help="Replace what was changed in the cloud without asking.")
]

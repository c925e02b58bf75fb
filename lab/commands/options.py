"""Options several commands share."""

from typing import Annotated

import typer

from lab.current import meant_account

Port = Annotated[
    int | None,
    typer.Option("--port", help="Which lab. Default: $LOCALSTACK_PORT, else the last `up`."),
]
Account = Annotated[
    str,
    typer.Option(
        "--account",
        metavar="NUMBER",
        help="Which AWS account of the lab, twelve digits.",
        callback=meant_account,
    ),
]
"""Its default is `lab.current.FIRST_ACCOUNT`, the account that `up` provisions."""

Json = Annotated[bool, typer.Option("--json", help="Machine-readable output on stdout.")]

"""Options several commands share."""

from typing import Annotated

import typer

Port = Annotated[
    int | None,
    typer.Option("--port", help="Which lab. Default: $LOCALSTACK_PORT, else the last `up`."),
]
Json = Annotated[bool, typer.Option("--json", help="Machine-readable output on stdout.")]

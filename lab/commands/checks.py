"""test, lint: the project's own checks, with the same tools everywhere."""

import os
import subprocess
import sys
from collections.abc import Sequence
from typing import Annotated

import typer

from lab.errors import UsageError
from lab.paths import REPOSITORY, STATE

CACHES = STATE / "cache"
TYPED = ("init", "lambdas", "engine", "lab", "exercises", "tests", "bench", "scripts/set_up.py")
PASS_ON = {"allow_extra_args": True, "ignore_unknown_options": True}


Compose = Annotated[
    bool, typer.Option("--compose", help="Run the tests of docker-compose.yml instead.")
]
Plain = Annotated[
    bool,
    typer.Option("--plain", help="Prove the gaps: their tests must fail without the plugin."),
]


def test(
    context: typer.Context,
    compose: Compose = False,  # noqa: PT028 - a command
    plain: Plain = False,  # noqa: PT028 - a command
) -> None:
    """Run the whole test suite; arguments go to pytest."""
    if compose and plain:
        message = "--compose and --plain are two runs: choose one"
        raise UsageError(message)
    folders = ["tests/compose"] if compose else ["tests/engine", "--plain"] if plain else []
    status = _run_tool("pytest", "-o", f"cache_dir={CACHES / 'pytest'}", *folders, *context.args)
    raise typer.Exit(status)


def lint() -> None:
    """Check style, format and types, all three whatever the first says."""
    statuses = [
        _run_tool("ruff", "check", "--cache-dir", str(CACHES / "ruff")),
        _run_tool("ruff", "format", "--check", "--cache-dir", str(CACHES / "ruff")),
        _run_tool("mypy", "--cache-dir", str(CACHES / "mypy"), *_existing(TYPED)),
    ]
    raise typer.Exit(max(statuses))


def _existing(paths: Sequence[str]) -> list[str]:
    return [path for path in paths if (REPOSITORY / path).exists()]


def _run_tool(*command: str) -> int:
    """Run a Python tool of the environment in the repository; its exit status."""
    sys.stdout.flush()
    environment = {
        **os.environ,
        # The project's own folders come from pyproject.toml; the user's files stay where they are.
        "HYPOTHESIS_STORAGE_DIRECTORY": str(CACHES / "hypothesis"),
    }
    environment.pop("PYTHONPATH", None)
    CACHES.mkdir(parents=True, exist_ok=True)
    return subprocess.run(
        [sys.executable, "-m", *command], cwd=REPOSITORY, env=environment, check=False
    ).returncode

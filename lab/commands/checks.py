"""test, lint, audit: the project's own checks, with the same tools everywhere."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Sequence
from typing import TYPE_CHECKING, Annotated, NoReturn

import typer

from lab.console import err, out
from lab.errors import FAILED, UsageError
from lab.language import say
from lab.paths import REPOSITORY, STATE

if TYPE_CHECKING:
    from rich.table import Table

    from lab.audit import Vulnerability

REQUIREMENTS = REPOSITORY / "requirements"
ENVIRONMENTS = [
    [REQUIREMENTS / f"{lock}.txt" for lock in locks]
    for locks in (
        ("lab", "dev", "console"),
        ("bench",),
        ("conformance",),
        ("ecosystem-aws-cli",),
        ("ecosystem-sam",),
        ("lambda-runtime",),
        ("moto-server",),
        ("uv",),
    )
]
"""The locks by the environments they are installed into: each has one version of a package."""

ALLOWED = REQUIREMENTS / "audit-allowed.txt"
CACHES = STATE / "cache"
TYPED = (
    "init",
    "lambdas",
    "engine",
    "lab",
    "course",
    "console",
    "tests",
    "bench",
    "scripts/set_up.py",
)
NO_SECRETS = "^(test|.*EXAMPLE)$"
"""What any LocalStack takes for a password, and the keys in AWS's own documentation."""

HASHES = r"^requirements/.*\.txt$"
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
        raise UsageError(say("--compose and --plain are two runs: choose one"))
    folders = ["tests/compose"] if compose else ["tests/engine", "--plain"] if plain else []
    _become_tool("pytest", "-o", f"cache_dir={CACHES / 'pytest'}", *folders, *context.args)


def lint() -> None:
    """Check style, format, types, and that no secret was left in a file: all, whatever one says."""
    statuses = {
        "ruff check": _run_tool("ruff", "check", "--cache-dir", str(CACHES / "ruff")),
        "ruff format": _run_tool("ruff", "format", "--check", "--cache-dir", str(CACHES / "ruff")),
        "mypy": _run_tool("mypy", "--cache-dir", str(CACHES / "mypy"), *_existing(TYPED)),
        "detect-secrets": _look_for_secrets(),
    }
    failed = [name for name, status in statuses.items() if status]
    # The last line has the verdict: what the first tool found may have scrolled away, and the last
    # one's "Success" must not stand for all.
    if failed:
        told = say("lint: see {tools} above", tools=", ".join(failed))
        out.print(f"[red]✗[/red] {told}")
    else:
        out.print(f"[green]✓[/green] {say('lint: nothing found')}")
    raise typer.Exit(max(statuses.values()))


def _look_for_secrets() -> int:
    git = ["git", "-C", str(REPOSITORY), "ls-files", "-z", "-co", "--exclude-standard"]
    try:
        listed = subprocess.run(git, capture_output=True, text=True, check=True).stdout
    except (OSError, subprocess.CalledProcessError):
        out.print(
            say("SKIPPED: nobody looked for secrets: git cannot say which files are the project's")
        )
        return 0
    files = [name for name in listed.split("\0") if name]
    out.print(say("Looking for secrets in {count} files ...", count=len(files)))
    # Else it would ask the services that the secrets are for.
    options = ("--no-verify", "--exclude-secrets", NO_SECRETS, "--exclude-files", HASHES)
    status = _run_tool("detect_secrets.pre_commit_hook", *options, *files)
    if status == 0:
        out.print(say("Success: no secrets found"))
    return status


def audit() -> None:
    """Check the locked packages for known vulnerabilities; where nobody can tell, say so."""
    from lab.audit import DataUnreachableError, read_allowed

    allowed = read_allowed(ALLOWED)
    try:
        with err.status(say("asking for known vulnerabilities")):
            found = _found_in_any_environment()
    except DataUnreachableError as error:
        told = say("SKIPPED: nothing was audited: {why}", why=error)
        out.print(told, markup=False, soft_wrap=True)
        return
    for unused in allowed.keys() - {name for each in found for name in each.ids}:
        told = say("{file}: {name} matches nothing any more", file=ALLOWED.name, name=unused)
        out.print(told, soft_wrap=True)
    open_ones = [each for each in found if not allowed.keys() & set(each.ids)]
    if found:
        out.print(_table_of(found, allowed))
    out.print(
        say(
            "{open} known vulnerabilities, {allowed} let stand",
            open=len(open_ones),
            allowed=len(found) - len(open_ones),
        )
    )
    raise typer.Exit(FAILED if open_ones else 0)


def _found_in_any_environment() -> list[Vulnerability]:
    """Return what is known of the locked packages; what is in two environments once."""
    from lab.audit import known_vulnerabilities

    cache = CACHES / "pip-audit"
    found = [each for locks in ENVIRONMENTS for each in known_vulnerabilities(locks, cache)]
    return list(dict.fromkeys(found))


def _table_of(found: Sequence[Vulnerability], allowed: dict[str, str]) -> Table:
    from rich.markup import escape
    from rich.table import Table

    columns = (
        say("package"),
        say("locked"),
        say("known as"),
        say("fixed in"),
        say("let stand because"),
    )
    table = Table(*columns, box=None)
    for each in found:
        why = [allowed[name] for name in each.ids if name in allowed]
        cells = (each.package, each.version, " ".join(each.ids), " ".join(each.fixed_in) or "-")
        table.add_row(*cells, escape(" ".join(why)))
    return table


def _existing(paths: Sequence[str]) -> list[str]:
    return [path for path in paths if (REPOSITORY / path).exists()]


def _run_tool(*command: str) -> int:
    """Run a Python tool of the environment in the repository; its exit status."""
    sys.stdout.flush()
    return subprocess.run(
        [sys.executable, "-m", *command], cwd=REPOSITORY, env=_environment_of_tools(), check=False
    ).returncode


def _become_tool(*command: str) -> NoReturn:
    """Go on as a Python tool of the environment, in the repository.

    So whoever interrupts or ends this process reaches the tool itself, which then has all the time
    it needs to stop what it started.
    """
    sys.stdout.flush()
    os.chdir(REPOSITORY)
    os.execve(sys.executable, [sys.executable, "-m", *command], _environment_of_tools())  # noqa: S606


def _environment_of_tools() -> dict[str, str]:
    environment = {
        **os.environ,
        # The project's own folders come from pyproject.toml; the user's files stay where they are.
        "HYPOTHESIS_STORAGE_DIRECTORY": str(CACHES / "hypothesis"),
    }
    environment.pop("PYTHONPATH", None)
    CACHES.mkdir(parents=True, exist_ok=True)
    return environment

"""Every `scripts/lab ...` that the documentation names is a command, with options it has."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import typer

from lab.cli import app

REPOSITORY = Path(__file__).parents[3]
PAGES = [*REPOSITORY.glob("README*.md"), *sorted((REPOSITORY / "docs").rglob("*.md"))]
_CALL = re.compile(r"scripts/lab((?: +[^\s`|,;:()→]+)*)")
_NAME = re.compile(r"[a-z][a-z-]*")


def commands() -> dict[str, Any]:
    root: Any = typer.main.get_command(app)
    found: dict[str, Any] = root.commands
    return found


def calls() -> Iterator[tuple[str, str, str]]:
    """Page, command name, and what follows on the line."""
    for page in PAGES:
        for line in page.read_text("utf-8").splitlines():
            for match in _CALL.finditer(line):
                name, _, rest = match[1].strip().partition(" ")
                if _NAME.fullmatch(name):
                    yield page.relative_to(REPOSITORY).as_posix(), name, rest


def meant(command: Any, rest: str) -> Any:
    """The command itself, or the one of its subcommands that the line names."""
    return getattr(command, "commands", {}).get(rest.partition(" ")[0], command)


def test_the_documentation_names_commands_at_all() -> None:
    assert {page for page, _, _ in calls()} >= {"README.md", "README.th.md"}


@pytest.mark.parametrize("page", [page.relative_to(REPOSITORY).as_posix() for page in PAGES])
def test_every_command_a_page_names_exists(page: str) -> None:
    known = commands()
    unknown = [
        f"scripts/lab {name}" for where, name, _ in calls() if where == page and name not in known
    ]
    assert unknown == []


@pytest.mark.parametrize("page", [page.relative_to(REPOSITORY).as_posix() for page in PAGES])
def test_every_option_a_page_gives_to_a_command_exists(page: str) -> None:
    known = commands()
    wrong = []
    for where, name, rest in calls():
        if where != page or name not in known:
            continue
        command = meant(known[name], rest)
        if command.context_settings.get("ignore_unknown_options"):
            continue
        options = {option for each in command.params for option in each.opts}
        given = re.findall(r"(?<!\S)\[?(--[a-z-]+)", rest)
        wrong += [
            f"scripts/lab {name} {option}" for option in given if option not in options | {"--help"}
        ]
    assert wrong == []


@pytest.mark.parametrize("page", ["README.md", "README.th.md"])
def test_every_command_has_a_row_in_the_readme(page: str) -> None:
    rows = [
        line
        for line in (REPOSITORY / page).read_text("utf-8").splitlines()
        if line.startswith("| `scripts/lab ")
    ]
    named = set(re.findall(r"`(?:scripts/lab )?([a-z][a-z-]*)", " ".join(rows)))
    assert sorted(commands().keys() - named) == []

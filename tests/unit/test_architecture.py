"""Who may import whom, as docs/architecture.md says."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

REPOSITORY = Path(__file__).parents[2]
FUNCTIONS = sorted(
    folder.name
    for folder in (REPOSITORY / "lambdas").iterdir()
    if (folder / "handler.py").is_file()
)
FOLDERS = {
    "bench": "bench",
    "console": "console",
    "course": "course",
    "lab": "lab",
    "lab_engine": "engine/lab_engine",
    "pipeline": "lambdas/pipeline",
    "provision": "init/provision",
    "tests": "tests",
} | {name: f"lambdas/{name}" for name in FUNCTIONS}
MAY_IMPORT = {
    "bench": {"course", "lab", "provision"},
    "console": {"course"},  # where it is installed: console/lessons.py
    "course": {"provision"},
    "lab": {"course", "pipeline", "provision"},  # of pipeline the types only
    "lab_engine": set[str](),
    "pipeline": set[str](),
    "provision": set[str](),
} | {name: {"pipeline"} for name in FUNCTIONS}

LAYERS_OF_LAB = (
    {"costs", "interruption", "pages", "paths", "thai"},
    {"language"},
    {"errors"},
    {"console", "chosen"},
    {"advice", "progress"},
    {"running"},
    {"targets"},
    {
        "audit",
        "bundle",
        "chaos",
        "disk",
        "launch",
        "locked_environment",
        "permissions",
        "promise",
        "provisioner",
        "samples",
        "states",
    },
    {"conformance", "inventory", "options", "story", "student"},
    {"views"},
    {"commands"},
    {"cli"},
    {"__main__"},
)
"""The modules and packages of the command line, the lowest first."""


def imports_of(file: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(file.read_text("utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield node.module
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


@pytest.mark.parametrize("package", sorted(MAY_IMPORT))
def test_a_package_imports_only_what_the_architecture_allows(package: str) -> None:
    allowed = MAY_IMPORT[package] | {package}
    wrong = {
        (file.relative_to(REPOSITORY).as_posix(), name)
        for file in (REPOSITORY / FOLDERS[package]).rglob("*.py")
        for name in imports_of(file)
        if name.partition(".")[0] in FOLDERS.keys() - allowed
    }
    assert wrong == set()


def test_no_module_of_the_plugin_imports_the_tables_of_a_room() -> None:
    importing = {
        file.name
        for file in (REPOSITORY / "engine" / "lab_engine").rglob("*.py")
        for name in imports_of(file)
        if name.endswith(".patches")
    }
    assert importing == set()


def test_in_the_command_line_no_import_runs_up_or_sideways() -> None:
    rank = {name: number for number, names in enumerate(LAYERS_OF_LAB) for name in names}
    wrong = {
        (file.relative_to(REPOSITORY).as_posix(), name)
        for file in (REPOSITORY / "lab").rglob("*.py")
        for name in imports_of(file)
        if name.startswith("lab.")
        if (room := _room(file)) != (imported := name.split(".")[1])
        if rank[imported] >= rank[room]
    }
    assert wrong == set()


def test_no_command_imports_another() -> None:
    wrong = {
        (file.name, name)
        for file in (REPOSITORY / "lab" / "commands").glob("*.py")
        for name in imports_of(file)
        if name.startswith("lab.commands")
    }
    assert wrong == set()


def test_no_modules_of_the_command_line_import_each_other_in_a_circle() -> None:
    files = {_module(file): file for file in (REPOSITORY / "lab").rglob("*.py")}
    left = {
        module: {name for name in imports_of(file) if name in files}
        for module, file in files.items()
    }
    while free := {module for module, imported in left.items() if not imported & left.keys()}:
        left = {module: imported for module, imported in left.items() if module not in free}
    assert left == {}


def _room(file: Path) -> str:
    """A module of the command line, or the package that it is in."""
    return file.relative_to(REPOSITORY / "lab").parts[0].removesuffix(".py")


def _module(file: Path) -> str:
    return ".".join(file.relative_to(REPOSITORY).with_suffix("").parts)

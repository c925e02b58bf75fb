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
    "exercises": "exercises",
    "lab": "lab",
    "lab_engine": "engine/lab_engine",
    "pipeline": "lambdas/pipeline",
    "provision": "init/provision",
    "tests": "tests",
} | {name: f"lambdas/{name}" for name in FUNCTIONS}
MAY_IMPORT = {
    "bench": {"lab", "provision"},
    "exercises": {"pipeline", "provision"},
    "lab": {"exercises", "pipeline", "provision"},
    "lab_engine": set[str](),
    "pipeline": set[str](),
    "provision": set[str](),
} | {name: {"pipeline"} for name in FUNCTIONS}


def imports_of(file: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(file.read_text("utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield node.module


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

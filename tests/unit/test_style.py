"""The style rules of CONTRIBUTING.md that ruff does not know, for the code that follows them."""

import ast
import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from functools import cache
from pathlib import Path

import pytest

REPOSITORY = Path(__file__).parents[2]
FOLDERS = ("bench", "course", "engine", "init", "lab", "lambdas")
FILES = sorted(file for folder in FOLDERS for file in (REPOSITORY / folder).rglob("*.py"))
PAGES = sorted(
    page
    for page in (*REPOSITORY.glob("*.md"), *(REPOSITORY / "docs").rglob("*.md"))
    if not page.name.endswith(".th.md") and page.name != "CHANGELOG.md"
)
RIDDLES = re.compile(
    r"\blest\b|\bbe it\b|\bstr(?:uck|ike|ikes|iking) down\b|\bdawdl\w+|\bbur(?:y|ies|ied)\b"
    r"|\bmakes? an end\b|\bthat (?:is|are) none\b|\bsave for\b|\bthe like of\b|\bwherein\b"
    r"|\bmeant_|\bbehind the back|\blast words\b|\bstands in for who\b|\bwhosoever\b",
    re.IGNORECASE,
)
"""Words that a reader of plain English has to read twice; the list grows by what reviews find."""

_CONSTANT = re.compile(r"_?[A-Z][A-Z0-9_]*")
_COMMENT_ABOVE = re.compile(r"\s*#(?! *(?:-{3}|type:|fmt:|noqa))")
_COMMENT_BEHIND = re.compile(r"  # (?!noqa|type:|fmt:|pragma:)")


def path_of(file: Path) -> str:
    return file.relative_to(REPOSITORY).as_posix()


@cache
def tree_of(file: Path) -> ast.Module:
    return ast.parse(file.read_text("utf-8"))


def constants_of(tree: ast.Module) -> Iterator[ast.Assign | ast.AnnAssign]:
    """Assignments to names in capitals, of the module and of its classes."""
    holders: list[ast.Module | ast.ClassDef] = [tree]
    holders += [node for node in ast.walk(tree) if isinstance(node, ast.ClassDef)]
    for node in (node for holder in holders for node in holder.body):
        if not isinstance(node, ast.Assign | ast.AnnAssign):
            continue
        target = node.targets[0] if isinstance(node, ast.Assign) else node.target
        if isinstance(target, ast.Name) and _CONSTANT.fullmatch(target.id):
            yield node


def names_in(tree: ast.Module) -> Iterator[str]:
    """Every name that the module gives: variables, attributes, parameters, keywords, fields."""
    for node in ast.walk(tree):
        match node:
            case ast.Name(id=name, ctx=ast.Store()) | ast.Attribute(attr=name, ctx=ast.Store()):
                yield name
            case ast.arg(arg=name):
                yield name


def offences(check: Callable[[Path], object], files: Iterable[Path] = FILES) -> dict[str, object]:
    """What a check finds, by file."""
    found = {path_of(file): check(file) for file in files}
    return {name: what for name, what in found.items() if what}


def test_a_constant_is_explained_by_a_docstring_below_it() -> None:
    def commented(file: Path) -> list[str]:
        lines = file.read_text("utf-8").splitlines()
        return [
            lines[node.lineno - 1]
            for node in constants_of(tree_of(file))
            if _COMMENT_ABOVE.match(lines[node.lineno - 2])
            or (node.lineno == node.end_lineno and _COMMENT_BEHIND.search(lines[node.lineno - 1]))
        ]

    assert offences(commented) == {}


def test_a_duration_is_called_seconds() -> None:
    def short(file: Path) -> set[str]:
        return {name for name in names_in(tree_of(file)) if name.lower().endswith(("_s", "_secs"))}

    assert offences(short) == {}


def test_annotations_are_postponed_exactly_where_imports_are_for_types_only() -> None:
    def differs(file: Path) -> bool:
        text = file.read_text("utf-8")
        return ("from __future__ import annotations" in text) != ("if TYPE_CHECKING:" in text)

    assert offences(differs) == {}


def test_the_english_is_plain() -> None:
    assert offences(lambda file: RIDDLES.findall(file.read_text("utf-8")), [*FILES, *PAGES]) == {}


@pytest.mark.parametrize("folder", sorted({*FOLDERS} - {"course"}))
def test_no_two_classes_have_one_name(folder: str) -> None:
    """Not in `course`, where `definitions` calls each part of a submission as AWS calls it."""
    names = Counter(
        node.name
        for file in FILES
        if file.is_relative_to(REPOSITORY / folder)
        for node in ast.walk(tree_of(file))
        if isinstance(node, ast.ClassDef)
    )
    assert [name for name, count in names.items() if count > 1] == []

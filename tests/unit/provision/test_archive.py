"""Zips of the functions' code: the same source, the same bytes."""

import io
import os
import zipfile
from pathlib import Path

import pytest

from provision.archive import code_sha256, function_zip
from provision.errors import ProvisionError
from provision.settings import Function, Settings
from provision.sources import LAMBDAS, SHARED_PACKAGE

HANDLER = "def lambda_handler(event, context):\n    return event\n"


@pytest.fixture
def lambdas(tmp_path: Path) -> Path:
    """A folder with one function and the shared package."""
    for name, text in {
        "pipeline/__init__.py": "",
        "pipeline/events.py": "NAME = 1\n",
        "parse_csv/__init__.py": "",
        "parse_csv/handler.py": f"from pipeline import events\n{HANDLER}",
        "validate_schema/handler.py": HANDLER,
    }.items():
        path = tmp_path / "lambdas" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    return tmp_path / "lambdas"


def test_the_same_source_gives_the_same_bytes_whenever_and_by_whomever_it_was_written(
    lambdas: Path,
) -> None:
    before = function_zip(lambdas / "parse_csv", lambdas / "pipeline")
    for path in lambdas.rglob("*.py"):
        os.utime(path, (1_000_000_000, 1_000_000_000))
        path.chmod(0o600)
    assert function_zip(lambdas / "parse_csv", lambdas / "pipeline") == before


def test_what_running_the_code_leaves_behind_does_not_change_the_bytes(lambdas: Path) -> None:
    before = function_zip(lambdas / "parse_csv", lambdas / "pipeline")
    for name in ("__pycache__/handler.cpython-312.pyc", ".DS_Store", "stray.pyc"):
        path = lambdas / "parse_csv" / name
        path.parent.mkdir(exist_ok=True)
        path.write_bytes(b"\0")
    assert function_zip(lambdas / "parse_csv", lambdas / "pipeline") == before


def test_a_changed_line_changes_the_hash(lambdas: Path) -> None:
    before = code_sha256(function_zip(lambdas / "parse_csv", lambdas / "pipeline"))
    (lambdas / "pipeline/events.py").write_text("NAME = 2\n")
    assert code_sha256(function_zip(lambdas / "parse_csv", lambdas / "pipeline")) != before


def test_a_zip_holds_the_function_and_the_shared_package_and_nothing_else(lambdas: Path) -> None:
    with zipfile.ZipFile(
        io.BytesIO(function_zip(lambdas / "parse_csv", lambdas / "pipeline"))
    ) as archive:
        assert archive.namelist() == [
            "parse_csv/__init__.py",
            "parse_csv/handler.py",
            "pipeline/__init__.py",
            "pipeline/events.py",
        ]
        assert archive.testzip() is None


def test_a_folder_above_that_begins_with_a_dot_hides_nothing(tmp_path: Path, lambdas: Path) -> None:
    hidden = tmp_path / ".lab"
    hidden.mkdir()
    moved = lambdas.rename(hidden / "lambdas")
    with zipfile.ZipFile(
        io.BytesIO(function_zip(moved / "parse_csv", moved / "pipeline"))
    ) as archive:
        assert "parse_csv/handler.py" in archive.namelist()


def test_a_function_without_a_handler_is_named(lambdas: Path) -> None:
    with pytest.raises(ProvisionError, match=r"send_notification holds no handler\.py"):
        function_zip(lambdas / "send_notification", lambdas / "pipeline")


def test_a_missing_shared_package_is_named(lambdas: Path) -> None:
    for path in (lambdas / "pipeline").iterdir():
        path.unlink()
    (lambdas / "pipeline").rmdir()
    with pytest.raises(ProvisionError, match="no package pipeline"):
        function_zip(lambdas / "parse_csv", lambdas / "pipeline")


@pytest.mark.parametrize("function", Settings().functions.values(), ids=lambda each: each.name)
def test_each_function_of_the_pipeline_can_be_zipped(function: Function) -> None:
    with zipfile.ZipFile(
        io.BytesIO(function_zip(LAMBDAS / function.package, SHARED_PACKAGE))
    ) as archive:
        assert f"{function.package}/handler.py" in archive.namelist()
        assert {name.split("/")[0] for name in archive.namelist()} == {
            function.package,
            "pipeline",
        }


@pytest.mark.parametrize(
    ("name", "text", "told"),
    [
        ("parse_csv/handler.py", f"{HANDLER}\ndef broken(:\n", ":4: invalid syntax: def broken(:"),
        ("pipeline/events.py", "if True:\npass\n", ":2: expected an indented block"),
        ("pipeline/events.py", "NAME = '\n", ":1: unterminated string literal"),
        ("parse_csv/__init__.py", "return 1\n", ":1: 'return' outside function"),
        ("pipeline/events.py", "a\0b\n", "events.py: source code string cannot contain null bytes"),
    ],
)
def test_a_source_that_is_no_python_is_told_by_file_and_line(
    lambdas: Path, name: str, text: str, told: str
) -> None:
    (lambdas / name).write_text(text)
    with pytest.raises(ProvisionError) as error:
        function_zip(lambdas / "parse_csv", lambdas / "pipeline")
    assert told in str(error.value)
    assert str(error.value).startswith(str(lambdas / name))


def test_a_handler_without_its_function_is_refused(lambdas: Path) -> None:
    (lambdas / "parse_csv/handler.py").write_text("def handler(event, context): ...\n")
    with pytest.raises(ProvisionError, match=r"handler\.py defines no lambda_handler"):
        function_zip(lambdas / "parse_csv", lambdas / "pipeline")


@pytest.mark.parametrize(
    "text", ["from pipeline.events import lambda_handler\n", "lambda_handler = print\n"]
)
def test_a_handler_may_come_from_elsewhere(lambdas: Path, text: str) -> None:
    (lambdas / "parse_csv/handler.py").write_text(text)
    assert function_zip(lambdas / "parse_csv", lambdas / "pipeline")

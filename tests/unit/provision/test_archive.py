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


@pytest.fixture
def lambdas(tmp_path: Path) -> Path:
    """A folder with one function and the shared package."""
    for name, text in {
        "pipeline/__init__.py": "",
        "pipeline/events.py": "NAME = 1\n",
        "parse_csv/__init__.py": "",
        "parse_csv/handler.py": "from pipeline import events\n",
        "validate_schema/handler.py": "",
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

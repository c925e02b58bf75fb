"""What holds for all deployed code: plain AWS, stdlib and boto3 only, checked at cold start."""

import ast
import importlib.util
import re
import sys
from pathlib import Path
from typing import Any
from unittest.mock import patch

import pytest

from pipeline.clients import s3_client
from pipeline.configuration import required_count
from pipeline.errors import ConfigurationError
from tests.unit.lambdas.pipeline_under_test import ENVIRONMENT, FUNCTIONS

ROOT = Path(__file__).parents[3]
SOURCES = sorted((ROOT / "lambdas").rglob("*.py"))
TEXTS = [*SOURCES, *sorted((ROOT / "asl").glob("*.json"))]
VARIABLES = {
    "csv_validator": ["QUEUE_URL", "PROCESSED_BUCKET", "MAX_FILE_BYTES"],
    "csv_processor": ["STATE_MACHINE_ARN", "PROCESSED_BUCKET"],
    "parse_csv": ["MAX_FILE_BYTES"],
    "send_notification": ["TOPIC_ARN"],
}

KEYS = {"AWS_ACCESS_KEY_ID": "test", "AWS_SECRET_ACCESS_KEY": "test"}


def name_of(path: Path) -> str:
    return str(path.relative_to(ROOT))


@pytest.mark.parametrize("path", TEXTS, ids=name_of)
def test_46_no_account_region_endpoint_or_emulator_is_named(path: Path) -> None:
    text = path.read_text("utf-8")
    forbidden = (
        r"\b\d{12}\b|\b(?:ap|us|eu|sa|ca|me|af|il|mx)-[a-z]+-\d\b|arn:aws|https?://|localhost"
        r"|127\.0\.0\.1|4566|endpoint_url|localstack|AWS_ENDPOINT"
    )
    assert re.findall(forbidden, text, re.IGNORECASE) == []


@pytest.mark.parametrize("path", SOURCES, ids=name_of)
def test_lambda_code_imports_only_stdlib_boto3_itself_and_pipeline(path: Path) -> None:
    parts = path.relative_to(ROOT).parts
    package = parts[parts.index("lambdas") + 1]
    allowed = {*sys.stdlib_module_names, "boto3", "botocore", "pipeline", package}
    tree = ast.parse(path.read_text("utf-8"), feature_version=(3, 12))
    typing_only = {
        statement
        for node in ast.walk(tree)
        if isinstance(node, ast.If) and ast.unparse(node.test) == "TYPE_CHECKING"
        for statement in node.body
    }
    imported = set()
    for node in ast.walk(tree):
        if node in typing_only:
            continue
        if isinstance(node, ast.Import):
            imported |= {alias.name.split(".")[0] for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, "absolute imports only"
            imported.add((node.module or "").split(".")[0])
    assert imported <= allowed


def test_every_function_of_the_contract_is_a_folder_and_nothing_else_is() -> None:
    folders = {path.parent.name for path in (ROOT / "lambdas").glob("*/handler.py")}
    assert folders == set(FUNCTIONS)


def cold_start(package: str) -> None:
    """Run a handler's module as a new process would, without touching the imported one."""
    path = ROOT / "lambdas" / package / "handler.py"
    spec = importlib.util.spec_from_file_location(f"cold_{package}", path)
    assert spec is not None
    assert spec.loader is not None
    spec.loader.exec_module(importlib.util.module_from_spec(spec))


@pytest.mark.parametrize(
    ("package", "name"), [(p, name) for p, names in VARIABLES.items() for name in names]
)
@pytest.mark.parametrize("value", [None, "  "])
def test_a_missing_variable_fails_the_cold_start_by_its_name(
    package: str, name: str, value: str | None
) -> None:
    environment = {**ENVIRONMENT, name: value or ""}
    if value is None:
        del environment[name]
    with (
        patch.dict("os.environ", environment, clear=True),
        pytest.raises(ConfigurationError, match=name),
    ):
        cold_start(package)


@pytest.mark.parametrize(
    "package", ["csv_validator", "parse_csv", "transform_data", "move_to_failed"]
)
@pytest.mark.parametrize("value", ["me", "12345678901", "๑๒๓๔๕๖๗๘๙๐๑๒"])
def test_an_owner_of_buckets_that_is_no_account_fails_the_cold_start_by_its_name(
    package: str, value: str
) -> None:
    environment = {**ENVIRONMENT, "BUCKET_OWNER": value}
    with (
        patch.dict("os.environ", environment, clear=True),
        pytest.raises(ConfigurationError, match="BUCKET_OWNER"),
    ):
        cold_start(package)


@pytest.mark.parametrize("owner", ["111122223333", ""])
def test_each_request_to_s3_says_whose_the_bucket_must_be_where_that_is_known(owner: str) -> None:
    sent: list[dict[str, str]] = []

    def keep(params: dict[str, Any], **_: object) -> None:
        sent.append(params["headers"])
        raise InterruptedError

    with patch.dict("os.environ", {**ENVIRONMENT, **KEYS, "BUCKET_OWNER": owner}, clear=True):
        s3 = s3_client()
        s3.meta.events.register("before-call.s3", keep)
        with pytest.raises(InterruptedError):
            s3.delete_object(Bucket="raw", Key="uploads/a.csv")
        with pytest.raises(InterruptedError):
            s3.head_object(Bucket="raw", Key="uploads/a.csv")
        with pytest.raises(InterruptedError):
            s3.copy_object(Bucket="raw", Key="b", CopySource={"Bucket": "raw", "Key": "a"})
    names = {"x-amz-expected-bucket-owner", "x-amz-source-expected-bucket-owner"}
    told = [{name for name in names if owner and owner in each.get(name, "")} for each in sent]
    first = {"x-amz-expected-bucket-owner"}
    assert told == ([first, first, names] if owner else [set(), set(), set()])


@pytest.mark.parametrize("value", ["0", "-1", "1.5", "ten", "๕", "1e3"])
def test_a_malformed_count_fails_by_its_name(value: str) -> None:
    with (
        patch.dict("os.environ", {"MAX_FILE_BYTES": value}),
        pytest.raises(ConfigurationError, match="MAX_FILE_BYTES"),
    ):
        required_count("MAX_FILE_BYTES")

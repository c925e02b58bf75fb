"""Code and definition know AWS, not one account, one region or one endpoint of it."""

import re
from pathlib import Path

import boto3
import pytest

from provision.settings import TASK_FUNCTIONS, Settings
from provision.sources import LAMBDAS, STATE_MACHINES

SOURCES = [*sorted(LAMBDAS.rglob("*.py")), *sorted(STATE_MACHINES.rglob("*.json"))]
REGIONS = boto3.Session().get_available_regions("s3")
TIED_DOWN = {
    "an account id": re.compile(r"(?<!\d)\d{12}(?!\d)"),
    "a region": re.compile(rf"\b({'|'.join(map(re.escape, REGIONS))})\b"),
    "an endpoint": re.compile(r"endpoint_url|localhost|127\.0\.0\.1|amazonaws\.com|https?://"),
    "the emulator": re.compile(r"localstack", re.IGNORECASE),
}


def test_46_there_are_sources_to_look_at() -> None:
    packages = {path.relative_to(LAMBDAS).parts[0] for path in LAMBDAS.rglob("handler.py")}
    assert packages == {function.package for function in Settings().functions.values()}
    assert len(TASK_FUNCTIONS) == 5


@pytest.mark.parametrize("path", SOURCES, ids=lambda path: f"{path.parent.name}/{path.name}")
def test_46_no_source_names_an_account_a_region_an_endpoint_or_the_emulator(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    found = {
        what: match[0] for what, pattern in TIED_DOWN.items() if (match := pattern.search(text))
    }
    assert found == {}

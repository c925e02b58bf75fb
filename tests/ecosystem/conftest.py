"""One lab for all clients, with IAM on, and a user of it for each test."""

import secrets
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.ecosystem.workplace import Workplace
from tests.engine.conftest import LocalStack, start_localstack


@pytest.fixture(scope="session")
def localstack(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LocalStack]:
    """A lab that enforces policies, as it does unless told otherwise."""
    with start_localstack(tmp_path_factory.mktemp("ecosystem")) as instance:
        assert instance.page("/_lab/iam")["mode"] == "enforce"
        yield instance


@pytest.fixture
def workplace(localstack: LocalStack, tmp_path: Path) -> Workplace:
    """A folder and a user who may do nothing yet."""
    return Workplace(localstack, tmp_path, f"user-{secrets.token_hex(4)}")

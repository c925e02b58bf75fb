"""The world that the tests of IAM share."""

import pytest

from tests.engine.conftest import LocalStack
from tests.engine.iam.world import IamWorld


@pytest.fixture(scope="session")
def world(localstack: LocalStack) -> IamWorld:
    """One of each resource of the course, in the LocalStack that all tests share."""
    return IamWorld(localstack)

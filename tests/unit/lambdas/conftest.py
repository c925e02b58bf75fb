"""Fixtures for the tests of the functions."""

import pytest
from hypothesis import settings

from tests.unit.lambdas.pipeline_under_test import Pipeline

# Two cores shared with a running lab: a slow example is no finding.
settings.register_profile("shared-machine", deadline=None)
settings.load_profile("shared-machine")


@pytest.fixture
def pipeline(monkeypatch: pytest.MonkeyPatch) -> Pipeline:
    return Pipeline(monkeypatch)

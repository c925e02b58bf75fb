"""Fixtures for the tests of the functions."""

import pytest
from hypothesis import HealthCheck, settings

from tests.unit.lambdas.pipeline_under_test import Pipeline

# Two cores shared with a running lab: a slow example is no finding. The same examples each time:
# a red run is about the change at hand.
settings.register_profile(
    "shared-machine",
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.too_slow],
)
settings.load_profile("shared-machine")


@pytest.fixture
def pipeline(monkeypatch: pytest.MonkeyPatch) -> Pipeline:
    return Pipeline(monkeypatch)

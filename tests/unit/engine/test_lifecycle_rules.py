"""Which objects and uploads a lifecycle rule is about, and when it acts."""

from datetime import UTC, datetime
from typing import Any

import pytest

from lab_engine.s3.lifecycle.rules import StoredObject, aborts_at, expires_at
from tests.unit.engine.lifecycle_configurations import abort_rule, rule

CREATED = datetime(2024, 1, 15, 18, 30, tzinfo=UTC)
STORED = StoredObject("failed/2024/01/15/a.csv", 408, CREATED, {"kind": "sales"})
AFTER_30_DAYS = datetime(2024, 2, 15, tzinfo=UTC)


@pytest.mark.parametrize(
    ("condition", "applies"),
    [
        ({}, True),
        ({"Prefix": "failed/"}, True),
        ({"Prefix": "processed/"}, False),
        ({"Tag": {"Key": "kind", "Value": "sales"}}, True),
        ({"Tag": {"Key": "kind", "Value": "other"}}, False),
        ({"ObjectSizeGreaterThan": 408}, False),
        ({"And": {"Prefix": "failed/", "ObjectSizeLessThan": 409}}, True),
        ({"And": {"Prefix": "failed/", "ObjectSizeLessThan": 408}}, False),
    ],
)
def test_a_rule_expires_what_its_filter_selects_at_the_midnight_after_its_days(
    condition: dict[str, Any], applies: bool
) -> None:
    assert expires_at([rule(condition)], STORED) == (AFTER_30_DAYS if applies else None)


def test_a_disabled_rule_expires_nothing_and_of_several_the_earliest_counts() -> None:
    assert expires_at([rule({}, status="Disabled")], STORED) is None
    assert expires_at([rule({}, days=90), rule({})], STORED) == AFTER_30_DAYS


def test_a_rule_aborts_an_upload_at_the_midnight_after_its_days() -> None:
    tomorrow_night = datetime(2024, 1, 17, tzinfo=UTC)
    assert aborts_at([abort_rule("")], "processed/a", CREATED) == tomorrow_night
    assert aborts_at([abort_rule("failed/")], "processed/a", CREATED) is None
    assert aborts_at([abort_rule("", status="Disabled")], "processed/a", CREATED) is None
    assert aborts_at([rule({})], "processed/a", CREATED) is None
    assert aborts_at([abort_rule("", 9), abort_rule("", 1)], "a", CREATED) == tomorrow_night
    assert expires_at([abort_rule("")], STORED) is None

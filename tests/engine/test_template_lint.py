"""The CloudFormation template as cfn-lint reads it, which comes with LocalStack."""

from __future__ import annotations

import json
from typing import Any

import pytest
from cfnlint import api
from cfnlint.config import ManualArgs

from provision.settings import PROFILES, Profile, Settings
from provision.template import template_for

CHECKS = ManualArgs(regions=["ap-southeast-1", "eu-west-1"], include_checks=["I"])


def found_in(template: dict[str, Any]) -> list[str]:
    """What cfn-lint says, hints included."""
    return [
        f"{each.rule.id} {each.message}" for each in api.lint(json.dumps(template), config=CHECKS)
    ]


@pytest.mark.parametrize("profile", PROFILES.values(), ids=lambda profile: profile.name)
def test_cfn_lint_has_nothing_to_say(profile: Profile) -> None:
    assert found_in(template_for(Settings(profile=profile))) == []


def test_cfn_lint_would_find_a_property_that_does_not_exist() -> None:
    template = template_for(Settings())
    template["Resources"]["MainQueue"]["Properties"]["Visibility"] = 70
    [found] = found_in(template)
    assert found.startswith("E3002")

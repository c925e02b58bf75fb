"""The CloudFormation template and the workflow as cfn-lint reads them."""

from __future__ import annotations

import json
from typing import Any

import pytest
from cfnlint import api
from cfnlint.config import ManualArgs

from provision import workflow
from provision.arns import Arns
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


def template_of(definition: dict[str, Any]) -> dict[str, Any]:
    """The smallest template with a workflow; cfn-lint has a schema of the States language."""
    properties = {"RoleArn": {"Ref": "Role"}, "DefinitionString": json.dumps(definition)}
    return {
        "Parameters": {"Role": {"Type": "String"}},
        "Resources": {
            "Workflow": {"Type": "AWS::StepFunctions::StateMachine", "Properties": properties}
        },
    }


def definition() -> dict[str, Any]:
    """The definition in `asl/` as it is deployed."""
    settings = Settings()
    template = workflow.template_of(settings.state_machine_name)
    arns = workflow.task_arns(Arns("aws", "123456789012", settings))
    filled_in: dict[str, Any] = json.loads(template.fill_in(arns))
    return filled_in


def test_cfn_lint_has_nothing_to_say_about_the_workflow() -> None:
    assert found_in(template_of(definition())) == []


@pytest.mark.parametrize(
    ("name", "field", "value"),
    [
        ("ParseCSV", "Type", "Tsk"),
        ("ParseCSV", "Retry", {"ErrorEquals": ["States.ALL"]}),
        ("ParseCSV", "Timeout", 60),
    ],
)
def test_cfn_lint_would_find_a_state_that_the_language_does_not_have(
    name: str, field: str, value: object
) -> None:
    damaged = definition()
    damaged["States"][name][field] = value
    assert any(told.startswith("E3601") for told in found_in(template_of(damaged)))

"""The CloudFormation template has what the provisioner makes, in any account and region."""

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from provision.settings import QUICK, Settings
from provision.template import template_for, write_template

TEMPLATE = template_for(Settings())
RESOURCES = TEMPLATE["Resources"]
TAGGED = {
    "AWS::CloudWatch::Alarm",
    "AWS::IAM::Role",
    "AWS::Lambda::EventSourceMapping",
    "AWS::Lambda::Function",
    "AWS::Logs::LogGroup",
    "AWS::S3::Bucket",
    "AWS::SNS::Topic",
    "AWS::SQS::Queue",
    "AWS::StepFunctions::StateMachine",
}


def test_nothing_in_it_names_an_account_or_a_region() -> None:
    text = json.dumps(RESOURCES)
    assert re.findall(r"\b\d{12}\b", text) == []
    assert Settings().region not in text


def test_it_fits_into_one_call_of_create_stack(tmp_path: Path) -> None:
    assert write_template(Settings(), tmp_path)[0].stat().st_size <= 51_200


def texts_in(value: Any, key: str = "") -> Iterator[tuple[str, str]]:
    """Every text of the template, with the key under which it stands."""
    if isinstance(value, dict):
        for name, each in value.items():
            yield from texts_in(each, name)
    elif isinstance(value, list):
        for each in value:
            yield from texts_in(each, key)
    elif isinstance(value, str):
        yield key, value


def test_what_has_a_pseudo_parameter_is_substituted() -> None:
    keys = {key for key, text in texts_in(RESOURCES) if "${" in text}
    assert keys == {"Fn::Sub"}


def test_each_resource_that_can_have_tags_has_them() -> None:
    untagged = {
        name
        for name, each in RESOURCES.items()
        if each["Type"] in TAGGED and len(each["Properties"].get("Tags", ())) != 3
    }
    assert untagged == set()
    assert {each["Type"] for each in RESOURCES.values()} >= TAGGED


def test_its_numbers_are_those_of_the_profile() -> None:
    quick = template_for(Settings(profile=QUICK))["Resources"]
    assert RESOURCES["MainQueue"]["Properties"]["VisibilityTimeout"] == 70
    assert quick["MainQueue"]["Properties"]["VisibilityTimeout"] == 12


def test_every_archive_that_it_names_is_written_beside_it(tmp_path: Path) -> None:
    files = write_template(Settings(), tmp_path / "new")
    keys = {
        each["Properties"]["Code"]["S3Key"]
        for each in json.loads(files[0].read_text("utf-8"))["Resources"].values()
        if each["Type"] == "AWS::Lambda::Function"
    }
    assert len(keys) == 7
    assert {file.name for file in files[1:]} == keys

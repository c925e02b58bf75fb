"""The state machine's definition: placeholders filled in, nothing left over."""

import json

import pytest

from provision.arns import Arns
from provision.settings import TASK_FUNCTIONS, Settings
from provision.sources import STATE_MACHINES
from provision.workflow import DefinitionError, fill_in, task_arns

ARNS = Arns("aws", "123456789012", Settings())


def test_a_placeholder_becomes_its_arn_wherever_it_stands() -> None:
    filled = fill_in('{"a": "${One}", "b": "x ${Two} ${One}"}', {"One": "1", "Two": "2"})
    assert json.loads(filled) == {"a": "1", "b": "x 2 1"}


def test_an_unknown_placeholder_is_named_beside_the_known_ones() -> None:
    with pytest.raises(DefinitionError, match="unknown placeholder Wrong; known are One, Two"):
        fill_in('{"a": "${One}", "b": "${Wrong}"}', {"One": "1", "Two": "2"})


@pytest.mark.parametrize("text", ['{"a": "${One"}', '{"a": "${"}'])
def test_a_placeholder_that_is_not_closed_is_an_error(text: str) -> None:
    with pytest.raises(DefinitionError):
        fill_in(text, {"One": "1"})


def test_a_definition_that_is_no_json_is_an_error() -> None:
    with pytest.raises(DefinitionError, match="no JSON"):
        fill_in('{"a": "${One}",}', {"One": "1"})


def test_46_the_state_machine_takes_all_arns_from_placeholders_and_uses_each_function() -> None:
    template = (STATE_MACHINES / "ProcessCSVWorkflow.asl.json").read_text(encoding="utf-8")
    assert "arn:aws:lambda" not in template
    filled = fill_in(template, task_arns(ARNS))
    for name in TASK_FUNCTIONS:
        assert f'"{ARNS.function(name)}"' in filled

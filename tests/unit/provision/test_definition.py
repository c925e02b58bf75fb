"""The state machine's definition: placeholders filled in, and what is wrong is told by its line."""

import json
from pathlib import Path
from typing import Any

import pytest
from botocore.exceptions import ClientError

from provision import workflow
from provision.arns import Arns
from provision.settings import TASK_FUNCTIONS, Settings
from provision.sources import STATE_MACHINES
from provision.workflow import DefinitionError, DefinitionTemplate, task_arns

ARNS = Arns("aws", "123456789012", Settings())
VALUES = {"One": "1", "Two": "2"}


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "machine.asl.json"


def fill_in(file: Path, text: str) -> str:
    file.write_text(text)
    return DefinitionTemplate(file).fill_in(VALUES)


def test_a_placeholder_becomes_its_arn_wherever_it_stands(file: Path) -> None:
    filled = fill_in(file, '{"a": "${One}", "b": "x ${Two} ${One}"}')
    assert json.loads(filled) == {"a": "1", "b": "x 2 1"}


def test_an_unknown_placeholder_is_named_with_its_line_beside_the_known_ones(file: Path) -> None:
    with pytest.raises(DefinitionError) as error:
        fill_in(file, '{"a": "${One}",\n "b": "${Wrong}"}')
    assert str(error.value) == f"{file}:2: unknown placeholder Wrong; known are One, Two"


@pytest.mark.parametrize("text", ['{"a":\n "${One"}', '{"a":\n "${"}'])
def test_a_placeholder_that_is_not_closed_is_an_error_with_its_line(file: Path, text: str) -> None:
    with pytest.raises(DefinitionError) as error:
        fill_in(file, text)
    assert str(error.value) == f"{file}:2: a placeholder is not closed"


def test_a_definition_that_is_no_json_is_an_error_with_its_line(file: Path) -> None:
    with pytest.raises(DefinitionError, match=f"^{file}:3: "):
        fill_in(file, '{\n "a": "${One}"\n "b": 1}')


@pytest.mark.parametrize(
    ("location", "line"),
    [("/States/B/Next", 5), ("/States/A/Branches[0]/States/B/Next", 5), ("/StartAt", 1), ("", 1)],
)
def test_what_step_functions_refuses_is_told_with_the_line_of_its_state(
    file: Path, location: str, line: int
) -> None:
    states = '"States": {\n  "A": {"Type": "Pass",\n   "Next": "B"},\n  "B": {"Type": "Pass"}}'
    file.write_text(f'{{"StartAt": "A",\n {states}}}')
    told = str(
        DefinitionTemplate(file).refused({"location": location, "message": "It leads nowhere."})
    )
    place = f"{location}: " if location else ""
    assert told == f"{file}:{line}: {place}It leads nowhere."


def test_46_the_state_machine_takes_all_arns_from_placeholders_and_uses_each_function() -> None:
    path = STATE_MACHINES / "ProcessCSVWorkflow.asl.json"
    assert "arn:aws:lambda" not in path.read_text(encoding="utf-8")
    filled = DefinitionTemplate(path).fill_in(task_arns(ARNS))
    for name in TASK_FUNCTIONS:
        assert f'"{ARNS.function(name)}"' in filled


class Validating:
    """Step Functions, which answers a definition with an error."""

    def __init__(self, status: int) -> None:
        self._answer: Any = {
            "ResponseMetadata": {"HTTPStatusCode": status},
            "Error": {"Code": "any"},
        }

    def validate_state_machine_definition(self, **_: str) -> None:
        raise ClientError(self._answer, "ValidateStateMachineDefinition")


def test_an_endpoint_that_cannot_validate_is_no_reason_to_stop(file: Path) -> None:
    template = DefinitionTemplate(file)
    workflow._check(Validating(500), "{}", template)
    with pytest.raises(ClientError):
        workflow._check(Validating(400), "{}", template)

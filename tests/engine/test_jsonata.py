"""Workflows in JSONata, which the local engine evaluates without Java."""

import hashlib
import importlib.util
import json
import re
from typing import Any

import pytest
from localstack.services.stepfunctions.asl.jsonata.jsonata import JSONataException

from lab_engine.stepfunctions import jsonata_expressions
from lab_engine.stepfunctions.jsonata_expressions import evaluate
from tests.engine.conftest import LocalStack
from tests.engine.functions import create_state_machine
from tests.engine.waiting import wait_for_execution


def run(localstack: LocalStack, states: dict[str, Any], **given: Any) -> dict[str, Any]:
    """The description of an execution of a JSONata machine at its end."""
    definition = {"QueryLanguage": "JSONata", "StartAt": next(iter(states)), "States": states}
    arn = create_state_machine(localstack, definition)
    execution = localstack.client("stepfunctions").start_execution(
        stateMachineArn=arn, input=json.dumps(given)
    )
    return wait_for_execution(localstack, execution["executionArn"])


def test_a_workflow_in_jsonata_computes_chooses_and_keeps_variables(
    localstack: LocalStack,
) -> None:
    described = run(
        localstack,
        {
            "Sum": {
                "Type": "Pass",
                "Assign": {"total": "{% $sum($states.input.rows.(price * quantity)) %}"},
                "Next": "Large",
            },
            "Large": {
                "Type": "Choice",
                "Choices": [{"Condition": "{% $total > 100 %}", "Next": "Say"}],
                "Default": "Small",
            },
            "Say": {
                "Type": "Pass",
                "Output": {"total": "{% $total %}", "names": "{% $states.input.rows.name %}"},
                "End": True,
            },
            "Small": {"Type": "Fail"},
        },
        rows=[
            {"name": "ปากกา", "price": 12.5, "quantity": 10},
            {"name": 'a "b" \\ c 😀', "price": 1, "quantity": 1},
        ],
    )
    assert described["status"] == "SUCCEEDED", described
    assert json.loads(described["output"]) == {
        "total": 126,
        "names": ["ปากกา", 'a "b" \\ c 😀'],
    }


def test_text_with_quotes_and_backslashes_stays_as_it_is_in_a_variable(
    localstack: LocalStack,
) -> None:
    text = 'say "hi" \\ 😀'
    described = run(
        localstack,
        {
            "Keep": {
                "Type": "Pass",
                "Assign": {"text": "{% $states.input.text %}"},
                "Next": "Give",
            },
            "Give": {"Type": "Pass", "Output": "{% $text %}", "End": True},
        },
        text=text,
    )
    assert described["status"] == "SUCCEEDED", described
    assert json.loads(described["output"]) == text
    events = localstack.client("stepfunctions").get_execution_history(
        executionArn=described["executionArn"]
    )["events"]
    (assigned,) = (
        details["assignedVariables"]
        for event in events
        if "assignedVariables" in (details := event.get("stateExitedEventDetails", {}))
    )
    assert json.loads(assigned["text"]) == text


def test_an_expression_that_gives_nothing_fails_the_state(localstack: LocalStack) -> None:
    described = run(
        localstack,
        {"Ask": {"Type": "Pass", "Output": "{% $states.input.absent %}", "End": True}},
    )
    assert described["error"] == "States.QueryEvaluationError"
    assert "returned nothing (undefined)" in described["cause"]


def test_the_functions_that_step_functions_adds_are_there(localstack: LocalStack) -> None:
    expressions = {
        "hash": "$hash('a', 'SHA-256')",
        "uuid": "$uuid()",
        "again": "$random(7) = $random(7)",
        "range": "$range(1, 9, 2)",
        "chunks": "$partition([1..5], 2)",
        "parsed": "$parse('[1, null]')",
    }
    wanted = {name: f"{{% {expression} %}}" for name, expression in expressions.items()}
    described = run(localstack, {"Work": {"Type": "Pass", "Output": wanted, "End": True}})
    assert described["status"] == "SUCCEEDED", described
    output = json.loads(described["output"])
    assert re.fullmatch("[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", output.pop("uuid"))
    assert output == {
        "hash": hashlib.sha256(b"a").hexdigest(),
        "again": True,
        "range": [1, 3, 5, 7, 9],
        "chunks": [[1, 2], [3, 4], [5]],
        "parsed": [1, None],
    }


@pytest.mark.parametrize(
    ("expression", "message"),
    [
        ("1 +", "Unexpected end of expression"),
        ("$nothing(1)", "non-function"),
        ("$hash('a', 'CRC')", "CRC"),
        ("'a' + 1", "operator"),
    ],
)
def test_an_expression_that_cannot_be_evaluated_says_why(expression: str, message: str) -> None:
    with pytest.raises(JSONataException) as failed:
        evaluate(expression)
    assert failed.value.details
    assert message in failed.value.details


def test_an_expression_without_end_is_ended(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(jsonata_expressions, "_TIMEOUT_MS", 200)
    with pytest.raises(JSONataException):
        evaluate("($f := function($n) { $f($n + 1) }; $f(1))")


@pytest.mark.parametrize(
    ("expression", "result"),
    [
        ("4 / 2", 2),
        ("5 / 2", 2.5),
        ("null", None),
        ("{'a': null}", {"a": None}),
        ("[1..3]", [1, 2, 3]),
        ("'ก' & 'ข'", "กข"),
        ("$count([])", 0),
    ],
)
def test_results_have_the_types_of_json(expression: str, result: object) -> None:
    found = evaluate(expression)
    assert found == result
    assert type(found) is type(result)


def test_without_the_library_localstacks_own_java_is_left_alone(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """So it is in the official image, where only the engine's folder is mounted."""
    from lab_engine.stepfunctions.patches import PATCHES  # noqa: PLC0415 - imports LocalStack

    monkeypatch.setattr(importlib.util, "find_spec", lambda _: None)
    left = [patch.name for patch in PATCHES if not patch.only_if()]
    assert "_eval_jsonata" in left
    assert "encode_jsonata_variable_declarations" in left

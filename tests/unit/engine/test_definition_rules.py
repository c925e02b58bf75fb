"""Which definitions of state machines are refused, and with which words of AWS."""

from typing import Any

import pytest

from lab_engine.stepfunctions.definition_rules import diagnose
from tests.unit.engine.definitions import END, GHOST, machine

REGION = "ap-southeast-1"
FUNCTION = f"arn:aws:lambda:{REGION}:000000000000:function:f"


def errors(definition: str, *, is_express: bool = False) -> list[str]:
    return [str(error) for error in diagnose(definition, is_express=is_express)]


@pytest.mark.parametrize(
    ("states", "location"),
    [
        ({"A": {"Type": "Pass", "Next": "Ghost"}, "B": END}, "/States/A/Next"),
        (
            {
                "A": {
                    "Type": "Choice",
                    "Choices": [{"Variable": "$.x", "IsPresent": True, "Next": "Ghost"}],
                    "Default": "B",
                },
                "B": END,
            },
            "/States/A/Choices[0]/Next",
        ),
        (
            {
                "A": {
                    "Type": "Choice",
                    "Choices": [{"Variable": "$.x", "IsPresent": True, "Next": "B"}],
                    "Default": "Ghost",
                },
                "B": END,
            },
            "/States/A/Default",
        ),
        (
            {
                "A": {
                    "Type": "Task",
                    "Resource": FUNCTION,
                    "Catch": [{"ErrorEquals": ["States.ALL"], "Next": "Ghost"}],
                    "End": True,
                }
            },
            "/States/A/Catch[0]/Next",
        ),
    ],
    ids=["Next", "Choice", "Default", "Catch"],
)
def test_a_transition_to_a_state_that_is_not_there_is_found_where_it_is(
    states: dict[str, Any], location: str
) -> None:
    assert errors(machine(**states))[0] == GHOST + location


def test_a_start_at_a_state_that_is_not_there_leaves_every_state_unreachable() -> None:
    assert errors(machine("Ghost", A=END)) == [
        GHOST + "/StartAt",
        'MISSING_TRANSITION_TARGET: State "A" is not reachable. at /States/A',
    ]


def test_a_state_that_no_way_leads_to_is_an_error() -> None:
    lonely = {"Type": "Pass", "Next": "B"}
    assert errors(machine(A=END, B={"Type": "Pass", "Next": "C"}, C=lonely)) == [
        'MISSING_TRANSITION_TARGET: State "B" is not reachable. at /States/B',
        'MISSING_TRANSITION_TARGET: State "C" is not reachable. at /States/C',
    ]


def test_a_machine_without_an_end_is_an_error_and_hides_what_is_unreachable() -> None:
    loop = {"A": {"Type": "Pass", "Next": "B"}, "B": {"Type": "Pass", "Next": "A"}}
    no_end = "MISSING_END_STATE: Workflow has no terminal state at null"
    assert errors(machine(**loop)) == [no_end]
    assert errors(machine(**loop, C={"Type": "Pass", "Next": "A"})) == [no_end]
    assert errors(machine(A={"Type": "Pass", "Next": "Ghost"})) == [
        GHOST + "/States/A/Next",
        no_end,
    ]


@pytest.mark.parametrize(
    ("inner", "location"),
    [
        ({"Type": "Map", "ItemProcessor": None}, "/States/A/ItemProcessor"),
        ({"Type": "Map", "Iterator": None}, "/States/A/Iterator"),
        ({"Type": "Parallel", "Branches": None}, "/States/A/Branches[0]"),
    ],
    ids=["Map", "Map of old", "Parallel"],
)
def test_the_states_of_a_map_and_of_a_branch_are_a_machine_of_their_own(
    inner: dict[str, Any], location: str
) -> None:
    """Next cannot leave it; it may have no end, which AWS asks of the whole machine only."""
    (field,) = set(inner) - {"Type"}
    part = {"StartAt": "In", "States": {"In": {"Type": "Pass", "Next": "B"}}}
    inner = inner | {"Next": "B", field: [part] if field == "Branches" else part}
    assert errors(machine(A=inner, B=END)) == [
        f"MISSING_TRANSITION_TARGET: Missing 'Next' target: B at {location}/States/In/Next"
    ]


@pytest.mark.parametrize(
    ("state", "message"),
    [
        (
            {"Type": "Pass"},
            "This object should have only one of the following fields: [Next, End] at /States/A",
        ),
        (
            {"Type": "Pass", "Next": "A", "End": True},
            "There should only be one of the following fields: [Next, End] at /States/A",
        ),
        (
            {"Type": "Choice", "Choices": [{"Variable": "$.x", "IsPresent": True}]},
            "These fields are required: [Next] at /States/A/Choices[0]",
        ),
        (
            {"Type": "Task", "Resource": "${ParseCsvArn}", "End": True},
            "Value is not a valid resource ARN at /States/A/Resource",
        ),
        (
            {
                "Type": "Task",
                "Resource": f"arn:aws:lambda:{REGION}:${{Account}}:function:f",
                "End": True,
            },
            "Value is not a valid resource ARN at /States/A/Resource",
        ),
        (
            {"Type": "Task", "Resource": f"{FUNCTION[:-1]}${{Name}}", "End": True},
            "Value is not a valid resource ARN at /States/A/Resource",
        ),
        (
            {"Type": "Skip", "End": True},
            "The field 'Type' should have one of these values: [Task, Wait, Pass, Succeed, Fail, "
            "Choice, Parallel, Map] at /States/A/Type",
        ),
    ],
    ids=["no way on", "two ways", "choice", "placeholder", "account", "in a name", "type"],
)
def test_a_field_that_aws_refuses_is_named(state: dict[str, Any], message: str) -> None:
    assert errors(machine(A=state)) == [f"SCHEMA_VALIDATION_FAILED: {message}"]


@pytest.mark.parametrize(
    "resource",
    [
        FUNCTION,
        f"{FUNCTION}:$LATEST",
        "arn:aws:states:::lambda:invoke",
        "arn:aws:states:::states:startExecution.sync:2",
        "arn:aws:states:::aws-sdk:s3:listObjectsV2",
        f"arn:aws:states:{REGION}:000000000000:activity:by-hand",
    ],
)
def test_each_form_of_a_tasks_resource_is_taken(resource: str) -> None:
    assert errors(machine(A={"Type": "Task", "Resource": resource, "End": True})) == []


@pytest.mark.parametrize(
    ("definition", "error"),
    [
        (" ", "SCHEMA_VALIDATION_FAILED: Definition must be a valid JSON object at null"),
        ("[]", "SCHEMA_VALIDATION_FAILED: Definition must be a valid JSON object at null"),
        ("{}", "SCHEMA_VALIDATION_FAILED: These fields are required: [States, StartAt] at /"),
        ("{'A'}", "INVALID_JSON_DESCRIPTION"),
        ('{"A":' * 100_000, "TOO_DEEPLY_NESTED"),
        ('{"StartAt": {}, "States": [1]}', "MISSING_END_STATE"),
        ('{"StartAt": "A", "States": {"A": {"Type": [], "Next": {}, "Catch": [1]}}}', "MISSING"),
    ],
    ids=["blank", "list", "empty", "no JSON", "deep", "odd fields", "odd state"],
)
def test_what_is_no_machine_at_all_is_refused_without_a_crash(definition: str, error: str) -> None:
    assert errors(definition)[0].startswith(error)


def test_an_express_machine_may_not_wait_for_others() -> None:
    def task(resource: str) -> str:
        return machine(A={"Type": "Task", "Resource": resource, "End": True})

    waiting = task("arn:aws:states:::sqs:sendMessage.waitForTaskToken")
    running = task("arn:aws:states:::states:startExecution.sync")
    by_hand = task(f"arn:aws:states:{REGION}:000000000000:activity:by-hand")
    for definition in waiting, running, by_hand:
        assert errors(definition) == []
        assert len(errors(definition, is_express=True)) == 1
    assert errors(by_hand, is_express=True) == [
        "SCHEMA_VALIDATION_FAILED: Express state machine does not support Activity ARN at "
        "/States/A/Resource"
    ]

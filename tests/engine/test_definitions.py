"""Definitions of state machines that the API refuses."""

import json
import uuid

import pytest
from botocore.exceptions import ClientError

from tests.engine.conftest import LocalStack
from tests.engine.functions import create_role, create_state_machine, only
from tests.unit.engine.definitions import END, GHOST, machine

DANGLING = machine(A={"Type": "Pass", "Next": "Ghost"}, B=END)
UNREACHABLE = 'MISSING_TRANSITION_TARGET: State "B" is not reachable. at /States/B'
REFUSAL = f"Invalid State Machine Definition: '{GHOST}/States/A/Next, {UNREACHABLE}'"


@pytest.mark.gap(
    "stepfunctions", "a definition with a dangling Next is not created", plain="DID NOT RAISE"
)
def test_a_dangling_next_is_refused_at_creation(localstack: LocalStack) -> None:
    with pytest.raises(ClientError) as refused:
        localstack.client("stepfunctions").create_state_machine(
            name=f"m{uuid.uuid4().hex[:8]}",
            definition=DANGLING,
            roleArn=create_role(localstack, "states"),
        )
    assert refused.value.response["Error"] == {"Code": "InvalidDefinition", "Message": REFUSAL}


@pytest.mark.gap(
    "stepfunctions", "a definition with a dangling Next is no update", plain="DID NOT RAISE"
)
def test_a_dangling_next_is_refused_at_an_update_and_the_machine_keeps_its_definition(
    localstack: LocalStack,
) -> None:
    states = localstack.client("stepfunctions")
    arn = create_state_machine(localstack, only(END))
    with pytest.raises(ClientError, match="MISSING_TRANSITION_TARGET"):
        states.update_state_machine(stateMachineArn=arn, definition=DANGLING)
    kept = states.describe_state_machine(stateMachineArn=arn)["definition"]
    assert json.loads(kept) == only(END)


def test_an_express_machine_is_updated_by_the_rules_of_its_type(localstack: LocalStack) -> None:
    states = localstack.client("stepfunctions")
    arn = states.create_state_machine(
        name=f"m{uuid.uuid4().hex[:8]}",
        type="EXPRESS",
        definition=machine(A=END),
        roleArn=create_role(localstack, "states"),
    )["stateMachineArn"]
    waiting = {"Type": "Task", "Resource": "arn:aws:states:::states:startExecution.sync"}
    with pytest.raises(ClientError, match="Express state machine does not support"):
        states.update_state_machine(
            stateMachineArn=arn, definition=machine(A=waiting | {"End": True})
        )


@pytest.mark.gap("stepfunctions", "validation finds a dangling Next", plain="assert 'OK' == 'FAIL'")
def test_validation_lists_each_error_with_its_place(localstack: LocalStack) -> None:
    states = localstack.client("stepfunctions")
    answer = states.validate_state_machine_definition(definition=DANGLING)
    assert answer["result"] == "FAIL"
    assert answer["truncated"] is False
    assert answer["diagnostics"] == [
        {
            "severity": "ERROR",
            "code": "MISSING_TRANSITION_TARGET",
            "message": "Missing 'Next' target: Ghost",
            "location": "/States/A/Next",
        },
        {
            "severity": "ERROR",
            "code": "MISSING_TRANSITION_TARGET",
            "message": 'State "B" is not reachable.',
            "location": "/States/B",
        },
    ]
    first = states.validate_state_machine_definition(definition=DANGLING, maxResults=1)
    assert (len(first["diagnostics"]), first["truncated"]) == (1, True)


def test_validation_still_tells_what_only_the_grammar_finds(localstack: LocalStack) -> None:
    states = localstack.client("stepfunctions")
    odd = machine(A={"Type": "Wait", "Seconds": "soon", "End": True})
    assert states.validate_state_machine_definition(definition=odd)["result"] == "FAIL"
    sound = states.validate_state_machine_definition(definition=machine(A=END))
    assert (sound["result"], sound["diagnostics"]) == ("OK", [])

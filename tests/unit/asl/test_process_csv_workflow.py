"""The state machine's definition: its contract, its arithmetic, and every way through it."""

import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from pipeline.errors import PipelineError
from tests.unit.asl.interpreter import Outcome, State, TaskError, run

DEFINITION_TEXT = (Path(__file__).parents[3] / "asl" / "ProcessCSVWorkflow.asl.json").read_text(
    "utf-8"
)
DEFINITION: State = json.loads(DEFINITION_TEXT)
STATES: State = DEFINITION["States"]
TASKS: dict[str, State] = {n: s for n, s in STATES.items() if s["Type"] == "Task"}
TRANSIENT_NAMES = {
    "Lambda.ServiceException",
    "Lambda.AWSLambdaException",
    "Lambda.SdkClientException",
    "Lambda.ClientExecutionTimeoutException",
    "Lambda.TooManyRequestsException",
}
LOST_PROCESS_NAMES = {"Runtime.ExitError", "Runtime.OutOfMemory", "Lambda.Unknown"}
REJECTION = {"reason": "empty_file", "message": "ว่าง / Empty", "details": {}}


# --- structure -------------------------------------------------------------------------------


def test_23_it_has_the_contracts_states() -> None:
    assert {
        "ParseCSV",
        "ValidateSchema",
        "CheckValidation",
        "TransformData",
        "SendSuccessNotification",
        "MoveToFailed",
        "SendFailureNotification",
        "ProcessingComplete",
        "ValidationFailed",
        "HandleError",
        "CheckRejection",
        "CheckTransform",
        "CheckOutcome",
        "NotificationNotSent",
    } <= set(STATES)


def test_24_the_state_timeouts_are_the_contracts() -> None:
    assert {name: state["TimeoutSeconds"] for name, state in TASKS.items()} == {
        "ParseCSV": 60,
        "ValidateSchema": 30,
        "TransformData": 120,
        "MoveToFailed": 30,
        "ExplainFailure": 30,
        "SendSuccessNotification": 30,
        "SendFailureNotification": 30,
    }


def test_46_functions_are_named_placeholders_and_nothing_else_is_filled_in() -> None:
    resources = {state["Resource"] for state in TASKS.values()}
    assert resources == {
        "${ParseCsvArn}",
        "${ValidateSchemaArn}",
        "${TransformDataArn}",
        "${MoveToFailedArn}",
        "${SendNotificationArn}",
    }
    assert set(re.findall(r"\$\{.*?\}", DEFINITION_TEXT)) == resources


@pytest.mark.parametrize("name", TASKS)
def test_25_every_task_retries_the_five_transient_names_six_times_with_jitter(name: str) -> None:
    (retrier,) = [
        retrier for retrier in TASKS[name]["Retry"] if TRANSIENT_NAMES & set(retrier["ErrorEquals"])
    ]
    assert set(retrier["ErrorEquals"]) == TRANSIENT_NAMES
    assert retrier["MaxAttempts"] == 6
    assert retrier["JitterStrategy"] == "FULL"
    assert retrier["MaxDelaySeconds"] <= 60


@pytest.mark.parametrize("name", TASKS)
def test_25_what_the_code_raises_for_good_is_never_retried(name: str) -> None:
    retried = {error for retrier in TASKS[name]["Retry"] for error in retrier["ErrorEquals"]}
    assert not any(error.startswith("States.") for error in retried)
    own = {error.__name__ for error in PipelineError.__subclasses__()}
    assert retried & own == {"TransientServiceError"}
    assert retried - own - TRANSIENT_NAMES == LOST_PROCESS_NAMES


def runs_after_a_lost_process(name: str) -> int:
    (retrier,) = [r for r in TASKS[name]["Retry"] if set(r["ErrorEquals"]) == LOST_PROCESS_NAMES]
    return int(retrier["MaxAttempts"])


@pytest.mark.parametrize("name", ["ParseCSV", "ValidateSchema", "TransformData"])
def test_25_a_lost_process_runs_once_more_so_that_two_errors_trip_no_alarm(name: str) -> None:
    assert runs_after_a_lost_process(name) == 1


@pytest.mark.parametrize(
    "name",
    ["MoveToFailed", "ExplainFailure", "SendSuccessNotification", "SendFailureNotification"],
)
def test_49_what_brings_the_outcome_about_is_not_given_up_after_two_lost_processes(
    name: str,
) -> None:
    assert runs_after_a_lost_process(name) == 3


@pytest.mark.parametrize("name", TASKS)
def test_25_every_task_catches_everything_and_keeps_the_state(name: str) -> None:
    excepted, everything_else = TASKS[name]["Catch"]
    assert excepted["ErrorEquals"] == ["States.DataLimitExceeded", "States.Runtime"]
    assert everything_else["ErrorEquals"] == ["States.ALL"]  # which does not match those two
    assert excepted["Next"] == everything_else["Next"]
    assert excepted["ResultPath"] == everything_else["ResultPath"]
    assert re.fullmatch(r"\$\.[a-z_]+", excepted["ResultPath"])


def worst_case(state: State) -> int:
    """Seconds a Task may take: every attempt to its timeout, every wait at its longest."""
    runs, waiting = 1, 0.0
    for retrier in state["Retry"]:
        interval = retrier.get("IntervalSeconds", 1)
        for _ in range(retrier["MaxAttempts"]):
            waiting += min(interval, retrier.get("MaxDelaySeconds", interval))
            interval *= retrier.get("BackoffRate", 2)
            runs += 1
    return int(runs * state["TimeoutSeconds"] + waiting)


def longest(name: str) -> int:
    """Seconds from a state to the end, on the longest of its ways."""
    state = STATES[name]
    ways = [state.get("Next"), state.get("Default")]
    ways += [rule["Next"] for rule in [*state.get("Choices", []), *state.get("Catch", [])]]
    own = worst_case(state) if state["Type"] == "Task" else 0
    return own + max((longest(way) for way in ways if way), default=0)


def test_22_the_top_level_timeout_is_above_the_worst_case_that_the_comment_names() -> None:
    seconds = longest(DEFINITION["StartAt"])
    assert seconds < DEFINITION["TimeoutSeconds"] < seconds + 1800
    assert f"{seconds:,} s" in DEFINITION["Comment"]


def test_every_state_is_reached_and_every_next_exists() -> None:
    named = {DEFINITION["StartAt"], *re.findall(r'"(?:Next|Default)": "(\w+)"', DEFINITION_TEXT)}
    assert named == set(STATES)


@pytest.mark.parametrize("name", [n for n, s in STATES.items() if s["Type"] == "Choice"])
def test_32_every_choice_tests_only_what_is_present_and_has_a_default(name: str) -> None:
    assert "Default" in STATES[name]
    for rule in STATES[name]["Choices"]:
        first = rule["And"][0] if "And" in rule else rule
        assert first["IsPresent"] is True
        assert {part["Variable"] for part in rule.get("And", [rule])} == {first["Variable"]}


# --- routing ---------------------------------------------------------------------------------


class Functions:
    """The five functions by state name, each replaceable by a failure."""

    def __init__(self) -> None:
        self.mails: list[State] = []
        self.answers: dict[str, State | TaskError] = {
            "ParseCSV": {"parse_status": "success"},
            "ValidateSchema": {"schema_valid": True},
            "TransformData": {"transform_status": "success"},
            "MoveToFailed": {"move_status": "success", "failure_message": "why"},
            "ExplainFailure": {"move_status": "kept_in_place", "failure_message": "not moved"},
            "SendSuccessNotification": {"notification_status": "sent"},
            "SendFailureNotification": {"notification_status": "sent"},
        }

    def tasks(self) -> dict[str, Callable[[State], State]]:
        def task(name: str) -> Callable[[State], State]:
            def call(payload: State) -> State:
                answer = self.answers[name]
                if isinstance(answer, TaskError):
                    raise answer
                if name.startswith("Send"):
                    self.mails.append(payload)
                    return {**payload["job"], **answer}
                return {**payload, **answer}

            return call

        return {name: task(name) for name in self.answers}


def execute(data: State | None = None, **answers: Any) -> tuple[Outcome, list[State]]:
    functions = Functions()
    functions.answers.update(answers)
    return run(DEFINITION, {"job_id": "j", **(data or {})}, functions.tasks()), functions.mails


def test_a_good_file_is_mailed_as_a_success() -> None:
    outcome, mails = execute()
    assert outcome.path == [
        "CheckRejection",
        "ParseCSV",
        "ValidateSchema",
        "CheckValidation",
        "TransformData",
        "CheckTransform",
        "SendSuccessNotification",
        "ProcessingComplete",
    ]
    assert [mail["outcome"] for mail in mails] == ["success"]
    assert mails[0]["job"]["job_id"] == "j"


def test_a_rejected_message_goes_straight_to_failed() -> None:
    outcome, mails = execute({"rejection": REJECTION})
    assert outcome.path == [
        "CheckRejection",
        "MoveToFailed",
        "SendFailureNotification",
        "CheckOutcome",
        "ValidationFailed",
    ]
    assert (outcome.error, outcome.cause) == ("ValidationFailed", "why")
    assert [mail["outcome"] for mail in mails] == ["failed"]


@pytest.mark.parametrize(
    "verdict", [{"schema_valid": False}, {}, {"schema_valid": None}, {"schema_valid": "true"}]
)
def test_29_32_anything_but_a_valid_schema_takes_the_failure_path(verdict: State) -> None:
    outcome, mails = execute(ValidateSchema=verdict)
    assert "TransformData" not in outcome.path
    assert "MoveToFailed" in outcome.path
    assert outcome.error == "ValidationFailed"
    assert [mail["outcome"] for mail in mails] == ["failed"]


@pytest.mark.parametrize("verdict", [{"transform_status": "rejected"}, {}])
def test_33_anything_but_a_written_result_takes_the_failure_path(verdict: State) -> None:
    outcome, _ = execute(TransformData=verdict)
    assert outcome.path[-4:] == [
        "MoveToFailed",
        "SendFailureNotification",
        "CheckOutcome",
        "ValidationFailed",
    ]


@pytest.mark.parametrize("name", ["ParseCSV", "ValidateSchema", "TransformData"])
@pytest.mark.parametrize(
    "error",
    [
        "States.Timeout",
        "KeyError",
        "Runtime.OutOfMemory",
        "States.DataLimitExceeded",
        "States.Runtime",
    ],
)
def test_30_an_unexpected_error_moves_the_file_mails_and_ends_in_processing_error(
    name: str, error: str
) -> None:
    outcome, mails = execute(None, **{name: TaskError(error)})
    assert outcome.path[-4:] == [
        "MoveToFailed",
        "SendFailureNotification",
        "CheckOutcome",
        "HandleError",
    ]
    assert outcome.error == "ProcessingError"
    assert mails[0]["job"]["error"]["Error"] == error


@pytest.mark.parametrize("data", [{"rejection": REJECTION}, {}])
def test_31_a_file_that_cannot_be_moved_is_explained_mailed_and_ends_in_processing_error(
    data: State,
) -> None:
    outcome, mails = execute(
        data, MoveToFailed=TaskError("ClientError"), ValidateSchema={"schema_valid": False}
    )
    assert outcome.path[-5:] == [
        "MoveToFailed",
        "ExplainFailure",
        "SendFailureNotification",
        "CheckOutcome",
        "HandleError",
    ]
    assert (outcome.error, outcome.cause) == ("ProcessingError", "not moved")
    assert [mail["outcome"] for mail in mails] == ["failed"]
    assert mails[0]["job"]["move_error"]["Error"] == "ClientError"


@pytest.mark.parametrize("data", [{"rejection": REJECTION}, {}])
def test_31_a_file_that_can_be_neither_moved_nor_explained_is_mailed_all_the_same(
    data: State,
) -> None:
    failing = TaskError("ClientError")
    outcome, mails = execute(
        data,
        MoveToFailed=failing,
        ExplainFailure=failing,
        ValidateSchema={"schema_valid": False},
    )
    assert outcome.error == "ProcessingError"
    assert outcome.cause
    assert "move_error" in outcome.cause
    assert [mail["outcome"] for mail in mails] == ["failed"]
    assert mails[0]["job"]["move_error"]["Error"] == "ClientError"


def test_39_a_success_mail_that_fails_leaves_the_job_a_success() -> None:
    outcome, _ = execute(SendSuccessNotification=TaskError("ClientError"))
    assert outcome.error is None
    assert outcome.data["notification_status"] == "failed"
    assert outcome.data["notification_error"]["Error"] == "ClientError"


@pytest.mark.parametrize(
    ("failing", "error"),
    [({"ValidateSchema": {"schema_valid": False}}, "ValidationFailed"),
     ({"ParseCSV": TaskError("KeyError")}, "ProcessingError"),
     ({"ParseCSV": TaskError("KeyError"), "MoveToFailed": TaskError("KeyError")},
      "ProcessingError")],
)  # fmt: skip
def test_a_failure_mail_that_fails_does_not_hide_how_the_job_ended(
    failing: State, error: str
) -> None:
    outcome, _ = execute(SendFailureNotification=TaskError("ClientError"), **failing)
    assert outcome.error == error
    assert outcome.data["notification_status"] == "failed"

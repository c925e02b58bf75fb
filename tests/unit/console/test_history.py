"""What each state went through, read from an execution's history."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from console.history import read_story

FUNCTION = "arn:aws:lambda:ap-southeast-1:111111111111:function:parse-csv"
START = datetime(2026, 11, 26, tzinfo=UTC)


class History:
    """Events as GetExecutionHistory gives them, each caused by the one before unless told."""

    def __init__(self) -> None:
        self.events: list[dict[str, Any]] = []

    def add(self, kind: str, after: int | None = None, **details: Any) -> int:
        number = len(self.events) + 1
        previous = number - 1 if after is None else after
        at = START + timedelta(seconds=number)
        self.events.append(
            {"id": number, "previousEventId": previous, "type": kind, "timestamp": at, **details}
        )
        return number

    def enter(self, name: str, kind: str = "Task", after: int | None = None) -> int:
        return self.add(
            f"{kind}StateEntered", after, stateEnteredEventDetails={"name": name, "input": "{}"}
        )

    def leave(self, name: str, kind: str = "Task", after: int | None = None) -> int:
        return self.add(
            f"{kind}StateExited", after, stateExitedEventDetails={"name": name, "output": "1"}
        )

    def task(self, *, error: str = "") -> None:
        self.add("LambdaFunctionScheduled")
        if error:
            self.add("LambdaFunctionFailed", lambdaFunctionFailedEventDetails={"error": error})
        else:
            self.add("LambdaFunctionSucceeded")


def test_a_state_that_was_left_succeeded() -> None:
    history = History()
    history.enter("Parse")
    history.task()
    history.leave("Parse")
    (visit,) = read_story(history.events).visits
    assert (visit.status, visit.input, visit.output, visit.attempts) == ("succeeded", "{}", "1", 1)
    assert visit.seconds == 3


def test_a_state_that_was_not_left_runs() -> None:
    history = History()
    history.enter("Parse")
    assert read_story(history.events).status_of("Parse") == "running"
    assert read_story(history.events).status_of("Other") is None


def test_a_retry_that_succeeds_counts_its_attempts_and_is_no_failure() -> None:
    history = History()
    history.enter("Parse")
    history.task(error="Lambda.TooManyRequestsException")
    history.task()
    history.leave("Parse")
    (visit,) = read_story(history.events).visits
    assert (visit.status, visit.attempts, visit.error) == ("succeeded", 2, "")


def test_an_error_that_is_caught_is_shown_as_caught() -> None:
    history = History()
    history.enter("Parse")
    history.task(error="ParseError")
    history.leave("Parse")
    history.enter("MoveToFailed")
    story = read_story(history.events)
    assert story.status_of("Parse") == "caught"
    assert story.of("Parse")[0].error == "ParseError"
    assert story.status_of("MoveToFailed") == "running"


def test_what_runs_when_the_execution_fails_has_failed() -> None:
    history = History()
    history.enter("Parse")
    history.task(error="ParseError")
    history.add(
        "ExecutionFailed", executionFailedEventDetails={"error": "ParseError", "cause": "x"}
    )
    (visit,) = read_story(history.events).visits
    assert (visit.status, visit.error, visit.cause) == ("failed", "ParseError", "x")


def test_what_runs_when_somebody_stops_the_execution_is_aborted() -> None:
    history = History()
    history.enter("Wait", "Wait")
    history.add("ExecutionAborted")
    assert read_story(history.events).status_of("Wait") == "aborted"


def test_branches_side_by_side_do_not_take_each_other_s_events() -> None:
    history = History()
    around = history.enter("Both", "Parallel")
    left = history.enter("Left", after=around)
    right = history.enter("Right", after=around)
    failed = history.add("LambdaFunctionScheduled", left)
    history.add("LambdaFunctionFailed", failed, lambdaFunctionFailedEventDetails={"error": "Bad"})
    left_end = history.leave("Left", after=failed + 1)
    history.leave("Right", after=right)
    history.leave("Both", "Parallel", after=left_end)
    story = read_story(history.events)
    assert story.status_of("Left") == "caught"
    assert story.status_of("Right") == "succeeded"
    assert story.status_of("Both") == "succeeded"


def test_an_event_that_names_itself_ends_the_search() -> None:
    history = History()
    history.add("LambdaFunctionFailed", 1)
    assert read_story(history.events).visits == []


def test_items_of_a_map_are_visits_of_one_state() -> None:
    history = History()
    around = history.enter("Each", "Map")
    for _ in range(2):
        history.enter("Item", after=around)
        history.leave("Item")
    history.enter("Item", after=around)
    story = read_story(history.events)
    assert len(story.of("Item")) == 3
    assert story.status_of("Item") == "running"


def test_the_way_from_state_to_state_is_known() -> None:
    history = History()
    history.enter("Check", "Choice")
    history.leave("Check", "Choice")
    history.enter("Bad", "Fail")
    assert read_story(history.events).ways == {("Check", "Bad")}


@pytest.mark.parametrize(
    ("kind", "details"),
    [
        (
            "LambdaFunctionScheduled",
            {"lambdaFunctionScheduledEventDetails": {"resource": f"{FUNCTION}:7"}},
        ),
        (
            "TaskScheduled",
            {
                "taskScheduledEventDetails": {
                    "resourceType": "lambda",
                    "parameters": '{"FunctionName": "parse-csv"}',
                }
            },
        ),
    ],
)
def test_a_state_knows_the_function_that_it_called(kind: str, details: dict[str, Any]) -> None:
    history = History()
    history.enter("Parse")
    history.add(kind, **details)
    assert read_story(history.events).visits[0].function == "parse-csv"


def test_what_is_no_function_has_no_log() -> None:
    history = History()
    history.enter("Tell")
    details = {"resourceType": "sns", "parameters": '{"TopicArn": "x"}'}
    history.add("TaskScheduled", taskScheduledEventDetails=details)
    assert not read_story(history.events).visits[0].function


def test_a_map_counts_its_items() -> None:
    history = History()
    around = history.enter("Each", "Map")
    history.add("MapStateStarted", around, mapStateStartedEventDetails={"length": 2})
    history.add("MapIterationStarted", around, mapIterationStartedEventDetails={"name": "Each"})
    history.enter("Item")
    history.leave("Item")
    history.add("MapIterationStarted", mapIterationStartedEventDetails={"name": "Each"})
    assert read_story(history.events).visits[0].items == 2

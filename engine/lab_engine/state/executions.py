"""Executions of state machines: what of them is saved, and how those that ran go on.

An execution that ended is its record and its history. One that runs is a thread, which cannot be
saved. It goes on at the top-level state that it had entered last, with that state's input: for a
function it is as if its process had been lost, and the workflow is made for that.
"""

import json
import threading
from copy import copy
from typing import Any

from localstack.services.stepfunctions.asl.component.common.flow.start_at import StartAt
from localstack.services.stepfunctions.asl.eval.event.event_manager import EventManager
from localstack.services.stepfunctions.asl.eval.event.logging import CloudWatchLoggingSession
from localstack.services.stepfunctions.backend.execution import Execution
from localstack.services.stepfunctions.backend.execution_worker import ExecutionWorker
from localstack.services.stepfunctions.backend.store import sfn_stores

from lab_engine.state.codec import Sealed
from lab_engine.stepfunctions import internal_failures

_SEALED = "lab_sealed"
"""The field of an execution that has ended: all that is only its own, which changes no more."""

_SHARED = ("state_machine",)
"""What an execution has in common with others."""

_NOT_STATE = (
    _SEALED,
    "exec_worker",
    "_activity_store",
    "_cloud_watch_logging_session",
    "local_mock_test_case",
)
_HISTORY, _NEXT, _VARIABLES = "lab_history", "lab_next", "lab_variables"
"""Fields that a saved execution has in addition, until it goes on."""

_ENDINGS = {
    "ExecutionSucceeded": ("SUCCEEDED", "executionSucceededEventDetails"),
    "ExecutionFailed": ("FAILED", "executionFailedEventDetails"),
    "ExecutionAborted": ("ABORTED", "executionAbortedEventDetails"),
    "ExecutionTimedOut": ("TIMED_OUT", "executionTimedOutEventDetails"),
}

_ENDED = frozenset(status for status, _ in _ENDINGS.values())

Event = dict[str, Any]
Resumed = dict[str, str | None]
"""The state at which an execution goes on, by its ARN; None for the beginning."""


def fields(execution: Any) -> dict[str, Any]:
    """Return what is saved of an execution."""
    if _is_running(execution):
        return _all_fields(execution)
    sealed = vars(execution).get(_SEALED)
    # A thread that a timeout has left behind may add to the history when it wakes up.
    if sealed is None or len(sealed.value[_HISTORY]) != len(_history(execution)):
        own = {k: v for k, v in _all_fields(execution).items() if k not in _SHARED}
        own[_HISTORY] = list(own[_HISTORY])
        sealed = vars(execution)[_SEALED] = Sealed(own)
    return {_SEALED: sealed, **{name: getattr(execution, name) for name in _SHARED}}


def _all_fields(execution: Any) -> dict[str, Any]:
    saved = {name: value for name, value in vars(execution).items() if name not in _NOT_STATE}
    environment = execution.exec_worker.env if execution.exec_worker else None
    variables = getattr(environment, "variable_store", None)
    return saved | {
        _HISTORY: _history(execution),
        _NEXT: environment.next_state_name if environment else None,
        _VARIABLES: {**variables._outer_scope, **variables._inner_scope} if variables else {},
    }


def _history(execution: Any) -> list[Event]:
    environment = execution.exec_worker.env if execution.exec_worker else None
    history: list[Event] = environment.event_manager._history_event_list if environment else []
    return history


RULES = {Execution: fields}
"""For the codec."""


def open_sealed(execution: Any) -> None:
    """Give a decoded execution the fields that were sealed.

    Raises:
        AttributeError, TypeError, ValueError: They are none.
    """
    if sealed := vars(execution).get(_SEALED):
        if not all(isinstance(name, str) and name.isidentifier() for name in sealed.value):
            raise ValueError("what an execution had is not its fields")
        vars(execution).update(sealed.value)


class _Past:
    """The environment of an execution whose thread is gone: its history, and what comes next."""

    def __init__(self, history: list[Event], upcoming: str | None = None) -> None:
        self.event_manager = EventManager()
        self.event_manager._history_event_list.extend(history)
        self.next_state_name = upcoming

    def set_stop(self, **_: object) -> None:
        """Do nothing: it is over."""


class _Over:
    """The worker of an execution that has ended."""

    def __init__(self, history: list[Event]) -> None:
        self.env = _Past(history)

    def stop(self, **_: object) -> None:
        """Do nothing: it is over."""


class _Unheard:
    """Takes the place of what tells an execution that its thread has ended."""

    def terminated(self) -> None:
        """Tell nobody."""


def running() -> int:
    """Return how many executions run."""
    return sum(_is_running(each) for each in _all())


def count() -> int:
    """Return how many executions there are."""
    return len(_all())


def abandon() -> None:
    """End the threads of the running executions before another state takes their place."""
    for execution in _all():
        worker = execution.exec_worker
        if _is_running(execution) and worker and worker.env:
            worker._execution_communication = _Unheard()
            worker.env.set_stop(stop_date=None, error=None, cause=None)


def go_on() -> Resumed:
    """Give each loaded execution its worker, and start those that ran.

    Returns:
        Those that go on: their ARNs, and the state of each; None for one that begins again.
    """
    resumed: Resumed = {}
    for _account, _region, store in sfn_stores.iter_stores():
        for execution in list(store.executions.values()):
            history, upcoming, variables = (
                vars(execution).pop(name) for name in (_HISTORY, _NEXT, _VARIABLES)
            )
            execution._activity_store = store.activities
            execution._cloud_watch_logging_session = None
            execution.local_mock_test_case = None
            if not _is_running(execution) or _end_as_written(execution, history):
                execution.exec_worker = _Over(history)
                continue
            resumed[execution.exec_arn] = _start(execution, history, upcoming, variables)
    return resumed


def _start(
    execution: Any, history: list[Event], upcoming: str | None, variables: Any
) -> str | None:
    top_level = set(json.loads(execution.state_machine.definition)["States"])
    past, state, value = resumption(history, upcoming, execution.input_data, top_level)
    if configuration := execution.state_machine.cloud_watch_logging_configuration:
        execution._cloud_watch_logging_session = CloudWatchLoggingSession(
            execution.exec_arn, configuration
        )
    worker = execution._get_start_execution_worker()
    worker.env = _Past(history, upcoming)  # until its thread has made its own
    execution.exec_worker = worker

    def run(resumed: ExecutionWorker) -> None:
        _run(resumed, past, state, value, variables)

    threading.Thread(target=internal_failures.run, args=(run, worker), daemon=True).start()
    return state


def resumption(
    history: list[Event], upcoming: str | None, given: Any, top_level: set[str]
) -> tuple[list[Event], str | None, Any]:
    """Decide where an execution goes on.

    Args:
        history: Its events.
        upcoming: The state that its thread had decided on.
        given: Its input.
        top_level: The names of the state machine's own states; states inside a Map or a Parallel
            begin again with it.

    Returns:
        The events that stand, the state (None: it starts from the beginning), and its input.
    """
    for number in reversed(range(len(history))):
        event = history[number]
        entered, left = event.get("stateEnteredEventDetails"), event.get("stateExitedEventDetails")
        if entered and entered["name"] in top_level:
            return history[:number], entered["name"], json.loads(entered["input"])
        if left and left["name"] in top_level and upcoming in top_level:
            return history[: number + 1], upcoming, json.loads(left["output"])
    return [], None, given


def _end_as_written(execution: Any, history: list[Event]) -> bool:
    """End an execution whose history ends, but whose status did not say so yet."""
    if not history or str(history[-1]["type"]) not in _ENDINGS:
        return False
    event = history[-1]
    execution.exec_status, key = _ENDINGS[str(event["type"])]
    details = event.get(key) or {}
    execution.stop_date = event["timestamp"]
    if "output" in details:
        execution.output = json.loads(details["output"])
    execution.error, execution.cause = details.get("error"), details.get("cause")
    return True


def _run(
    worker: ExecutionWorker, past: list[Event], state: str | None, value: Any, variables: Any
) -> None:
    if state is None:
        worker._execution_logic()
        return
    program: Any = copy(worker._get_evaluation_entrypoint())  # others start where it begins
    environment = worker._get_evaluation_environment()
    manager, context = environment.event_manager, environment.event_history_context
    manager._history_event_list.extend(past)
    manager._event_id_gen._next_id = past[-1]["id"] + 1
    context.source_event_id = context.last_published_event_id = past[-1]["id"]
    environment.states.reset(value)
    environment.variable_store._inner_scope.update(variables)
    worker.env = environment
    program.start_at = StartAt(state)
    program.eval(environment)
    worker._execution_communication.terminated()


def _is_running(execution: Any) -> bool:
    return str(execution.exec_status) not in _ENDED


def _all() -> list[Any]:
    return [
        execution
        for _account, _region, store in sfn_stores.iter_stores()
        for execution in list(store.executions.values())
    ]

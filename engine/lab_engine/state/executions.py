"""Executions of state machines: what of them is saved, and how those that ran go on.

An execution that ended is its record and its history: both are written once, page by page, and a
history is read when it is asked for.

One that runs is a thread, which cannot be saved. It goes on at the top-level state that it had
entered last, with that state's input: for a function it is as if its process had been lost, and the
workflow is made for that.
"""

import json
import threading
from collections.abc import Iterator
from copy import copy
from functools import cached_property
from typing import Any

from localstack.services.stepfunctions.asl.component.common.flow.start_at import StartAt
from localstack.services.stepfunctions.asl.eval.event.event_manager import EventManager
from localstack.services.stepfunctions.asl.eval.event.logging import CloudWatchLoggingSession
from localstack.services.stepfunctions.backend.execution import Execution
from localstack.services.stepfunctions.backend.execution_worker import ExecutionWorker
from localstack.services.stepfunctions.backend.store import sfn_stores

from lab_engine.growing import Growing
from lab_engine.state.codec import CannotEncodeError, Sealed, StateEncoder, check_fields
from lab_engine.stepfunctions import internal_failures

ATTRIBUTE = "attr_executions"
"""The attribute of LocalStack's store that has the executions."""

_PAGE_EXECUTIONS = 50
_PAGES = "lab_pages"
"""The field of LocalStack's dictionary of executions that remembers their pages."""

_NOT_STATE = (
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
    """Return what is saved of an execution that is in no page."""
    saved = {name: value for name, value in vars(execution).items() if name not in _NOT_STATE}
    environment = execution.exec_worker.env if execution.exec_worker else None
    variables = getattr(environment, "variable_store", None)
    return saved | {
        _HISTORY: _history(execution),
        _NEXT: environment.next_state_name if environment else None,
        _VARIABLES: {**variables._outer_scope, **variables._inner_scope} if variables else {},
    }


def _mark(execution: Any) -> tuple[Any, ...] | None:
    """Return what can still change in an execution that has ended; None if it came back unread.

    LocalStack sets the status first and the output after it, and a thread that a timeout has left
    behind may add to the history when it wakes up.
    """
    own = vars(execution)
    worker = own.get("exec_worker")
    if worker is None or (type(worker) is _Over and "env" not in vars(worker)):
        return None
    return len(_history(execution)), own.get("output"), own.get("error"), own.get("cause")


def _history(execution: Any) -> list[Event]:
    environment = execution.exec_worker.env if execution.exec_worker else None
    history: list[Event] = environment.event_manager._history_event_list if environment else []
    return history


RULES = {Execution: fields}
"""For the codec."""


# -- those that ended, page by page ---------------------------------------------------------


class _EndedPage:
    """Consecutive executions that have all ended, and what is written of them.

    Args:
        members: The executions.
        records: Pairs of ARN and fields, without the histories.
        histories: The histories, in the same order.
    """

    def __init__(self, members: list[Any], records: Sealed, histories: Sealed) -> None:
        self._members = members
        self._marks = [_mark(each) for each in members]
        self.written = {"records": records, "histories": histories}

    @classmethod
    def of(cls, items: list[tuple[str, Any]]) -> "_EndedPage | None":
        """Return the page of executions; None if one runs or cannot be written."""
        members = [execution for _, execution in items]
        if any(map(_is_running, members)):
            return None
        records, histories = [], []
        for arn, execution in items:
            own = fields(execution)
            histories.append(list(own.pop(_HISTORY)))
            records.append([arn, own])
        page = cls(members, Sealed(records), Sealed(histories))
        try:
            for part in page.written.values():
                part.encode(ATTRIBUTE)
        except CannotEncodeError:
            return None  # alone, only the one is left out that cannot be written
        return page

    def holds(self, items: list[tuple[str, Any]]) -> bool:
        """Tell whether these are its executions, as they were."""
        if len(items) != len(self._members):
            return False
        return all(
            execution is member and (mark is None or _mark(execution) == mark)
            for member, mark, (_, execution) in zip(self._members, self._marks, items, strict=True)
        )


class _Machines:
    """The state machines of executions that ended.

    LocalStack gives each execution a copy of its own. Those that are equal become one: they are
    written once in a page, and take the memory of one.
    """

    def __init__(self) -> None:
        self._known: dict[str, Any] = {}
        self._shared: set[int] = set()

    def share(self, execution: Any) -> None:
        """Give an execution that ended the state machine that equal ones have."""
        machine = execution.state_machine
        if id(machine) in self._shared:
            return
        try:
            key = json.dumps(StateEncoder().encode(machine))
        except CannotEncodeError:
            return
        execution.state_machine = self._known.setdefault(key, machine)
        self._shared.add(id(execution.state_machine))

    def clear(self) -> None:
        """Forget them."""
        self._known.clear()
        self._shared.clear()


_MACHINES = _Machines()


def written(executions: Any) -> list[Any]:
    """Return what is written of a store's executions: pages, and single ones with their ARNs."""
    items = list(executions.items())
    known = vars(executions).get(_PAGES, [])
    pages: list[_EndedPage | None] = []
    entries: list[Any] = []
    for number, first in enumerate(range(0, len(items), _PAGE_EXECUTIONS)):
        part = items[first : first + _PAGE_EXECUTIONS]
        page = known[number] if number < len(known) else None
        if page is None or not page.holds(part):
            for _, execution in part:
                if not _is_running(execution):
                    _MACHINES.share(execution)
            page = _EndedPage.of(part) if len(part) == _PAGE_EXECUTIONS else None
        pages.append(page)
        entries += [page.written] if page else map(list, part)
    vars(executions)[_PAGES] = pages
    return entries


def prepare() -> None:
    """Make the pages of the executions that have ended, while other threads run.

    One that is just ending makes its page anew at the instant of saving.
    """
    for _account, _region, store in sfn_stores.iter_stores():
        for entry in written(store.executions):
            if isinstance(entry, dict):  # a page from a loaded file has no name here yet
                for part in entry.values():
                    part.encode(ATTRIBUTE)


def open_sealed(tree: dict[str, Any]) -> None:
    """Put the executions themselves in the place of what is written of them, in a decoded tree.

    Raises:
        AttributeError, LookupError, TypeError, ValueError: They are none.
    """
    for scope in _scopes(tree):
        scope[ATTRIBUTE] = _opened(scope[ATTRIBUTE])


def in_tree(tree: dict[str, Any]) -> list[dict[str, Any]]:
    """Return the executions in a decoded tree: those of each store, by their ARNs."""
    return [scope[ATTRIBUTE] for scope in _scopes(tree)]


def _scopes(tree: dict[str, Any]) -> Iterator[dict[str, Any]]:
    for content in tree["stores"]["stepfunctions"]["accounts"].values():
        for scope in content["regions"].values():
            if ATTRIBUTE in scope:
                yield scope


def _opened(entries: Any) -> Growing:
    if type(entries) is not list:
        raise TypeError("the executions are no list")
    executions = Growing()
    pages: list[_EndedPage | None] = []
    for entry in entries:
        if not isinstance(entry, dict):
            arn, execution = entry
            executions[_text(arn)] = execution
            continue
        members = _members(entry["records"], entry["histories"])
        executions.update(members)
        # Where they stand decides which page they are.
        pages += [None] * ((len(executions) - 1) // _PAGE_EXECUTIONS - len(pages))
        pages.append(_EndedPage(list(members.values()), entry["records"], entry["histories"]))
    vars(executions)[_PAGES] = pages
    return executions


def _members(records: Sealed, histories: Sealed) -> dict[str, Any]:
    if not histories.is_unread and [*map(type, histories.value)] != [list] * len(records.value):
        raise ValueError("the histories in a page are not those of its executions")
    made = {}
    for number, (arn, own) in enumerate(records.value):
        check_fields(tuple(own))
        execution = Execution.__new__(Execution)
        vars(execution).update(own)
        if _is_running(execution):
            raise ValueError("an execution in a page has not ended")
        vars(execution)[_HISTORY] = _Written(histories, number)
        made[_text(arn)] = execution
    return made


def _text(value: Any) -> str:
    if not isinstance(value, str):
        raise TypeError("the ARN of an execution is no text")
    return value


class _Written:
    """A history in a page, which is read when it is asked for."""

    def __init__(self, histories: Sealed, number: int) -> None:
        self._histories, self._number = histories, number

    def read(self) -> list[Event]:
        """Return its events."""
        events: list[Event] = list(self._histories.value[self._number])
        return events


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

    def __init__(self, history: "list[Event] | _Written") -> None:
        self._history = history

    @cached_property
    def env(self) -> _Past:
        """What LocalStack asks for the history."""
        history = self._history
        return _Past(history.read() if isinstance(history, _Written) else history)

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
    _MACHINES.clear()
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

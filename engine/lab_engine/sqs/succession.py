"""Let the poller of a changed mapping begin when its predecessor has ended.

LocalStack starts a new poller for each change and says Enabled at once, while the old one is still
in its long poll: a message sent then went to the function that the mapping had before. On AWS
the mapping is Updating until the change is in effect (API reference, UpdateEventSourceMapping and
EventSourceMappingConfiguration).
"""

import threading
from collections.abc import Callable
from typing import Any
from weakref import WeakValueDictionary

from localstack.services.lambda_.event_source_mapping.esm_worker import EsmState

_turns: "WeakValueDictionary[str, threading.Lock]" = WeakValueDictionary()
"""A lock for each mapping; the poller that is polling holds it."""


def give_turn(get_worker: Callable[..., Any], self: Any) -> Any:
    """Give a new poller the lock that it shares with the others of its mapping."""
    worker = get_worker(self)
    worker.lab_turn = _turns.setdefault(worker.uuid, threading.Lock())
    return worker


def poll_in_turn(poll: Callable[..., None], self: Any, *args: object, **kwargs: object) -> None:
    """Poll once the predecessor has ended; the mapping is Updating until then."""
    if not self.lab_turn.acquire(blocking=False):
        _set_state(self, EsmState.UPDATING)
        self.lab_turn.acquire()
    try:
        if self._shutdown_event.is_set():
            _end_unstarted(self)
        else:
            poll(self, *args, **kwargs)
    finally:
        self.lab_turn.release()


def _set_state(worker: Any, state: EsmState) -> None:
    """Set the mapping's state, unless it is being disabled or deleted."""
    with worker._state_lock:
        if not worker._shutdown_event.is_set():
            worker.current_state = state
            worker.update_esm_state_in_store(state)


def _end_unstarted(worker: Any) -> None:
    """End a poller that was stopped before it began, as LocalStack ends a running one."""
    worker.poller.close()
    with worker._state_lock:
        if worker.current_state == EsmState.DELETING:
            worker.delete_esm_in_store()
        else:
            worker.current_state = EsmState.DISABLED
            worker.update_esm_state_in_store(EsmState.DISABLED)

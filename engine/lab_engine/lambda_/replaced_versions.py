"""A version of a function that is replaced or deleted finishes its invocations, as on AWS.

LocalStack kills its processes at that moment: a deploy during uploads lost or repeated their work.
Here a replaced version accepts no more invocations and finishes those that it has accepted (at the
latest at the function's timeout). Then its processes, its log and its code are removed. An
invocation that finds a version just before it is replaced is passed on to the new one.

AWS: "the function's previous code and configuration" serve until an update is complete
(https://docs.aws.amazon.com/lambda/latest/dg/functions-states.html).
"""

import threading
from collections import Counter
from collections.abc import Callable
from functools import partial
from typing import Any
from weakref import WeakSet

from localstack.aws.api.lambda_ import ResourceNotFoundException
from localstack.services.lambda_.invocation.lambda_models import S3Code
from localstack.services.lambda_.invocation.version_manager import LambdaVersionManager

Act = Callable[[], None]


class Accepted:
    """The invocations that one version has accepted and that have not ended."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._number = 0
        self._after_the_last: Act | None = None

    def enter(self) -> bool:
        """Accept one more invocation; return False once the version accepts none."""
        with self._lock:
            if self._after_the_last is not None:
                return False
            self._number += 1
            return True

    def leave(self) -> None:
        """Note that an invocation has ended."""
        with self._lock:
            self._number -= 1
            act = self._after_the_last if self._number == 0 else None
        if act is not None:  # in a thread of its own, so that the last caller does not wait for it
            threading.Thread(target=act, name="lambda-version-end", daemon=True).start()

    def close(self, after_the_last: Act) -> None:
        """Accept no more invocations.

        Args:
            after_the_last: Called when all have ended, which may be at once.
        """
        with self._lock:
            self._after_the_last = after_the_last
            is_busy = self._number > 0
        if not is_busy:
            after_the_last()


class CodeInUse:
    """The code that versions run; it is destroyed only after they have ended."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._holders: Counter[str] = Counter()
        self._postponed: dict[str, Act] = {}

    def hold(self, code_id: str) -> None:
        """Note that one more version uses the code."""
        with self._lock:
            self._holders[code_id] += 1

    def release(self, code_id: str) -> None:
        """Note that a version that used the code has ended."""
        with self._lock:
            self._holders[code_id] -= 1
            if self._holders[code_id] > 0:
                return
            del self._holders[code_id]
            destroy = self._postponed.pop(code_id, None)
        if destroy is not None:
            destroy()

    def destroy(self, code_id: str, destroy: Act) -> None:
        """Destroy the code now, or when the last version that uses it ends."""
        with self._lock:
            if code_id in self._holders:
                self._postponed[code_id] = destroy
                return
        destroy()


_CODE = CodeInUse()
_ENDING: WeakSet[LambdaVersionManager] = WeakSet()
"""Versions that have accepted their last invocation."""
_LOCALSTACK_IS_STOPPING = threading.Event()


def begin(init: Callable[..., None], self: Any, *args: object, **kwargs: object) -> None:
    """Note that a new version uses its code."""
    init(self, *args, **kwargs)
    self.lab_accepted = Accepted()
    self.lab_successor = lambda: None
    if code_id := _code_id(self):
        _CODE.hold(code_id)


def _code_id(version: Any) -> str | None:
    """Return the id of a version's code; None if it has no code that can be destroyed."""
    code = version.function_version.config.code
    return code.id if isinstance(code, S3Code) else None


def invoke_accepted(invoke: Callable[..., Any], self: Any, *, invocation: Any) -> Any:
    """Invoke a version, or the one that has replaced it."""
    if not self.lab_accepted.enter():
        successor = self.lab_successor()
        if successor is None:
            message = f"Function not found: {self.function_arn}"
            raise ResourceNotFoundException(message, Type="User")
        # Not its patched method, in which metrics would count the invocation a second time.
        return invoke_accepted(invoke, successor, invocation=invocation)
    try:
        return invoke(self, invocation=invocation)
    finally:
        self.lab_accepted.leave()


def replace(update: Callable[..., None], self: Any, function_version: Any, new_state: Any) -> None:
    """Tell a replaced version which one follows it."""
    arn = function_version.qualified_arn
    if replaced := self.lambda_running_versions.get(arn):
        replaced.lab_successor = partial(self.lambda_running_versions.get, arn)
    update(self, function_version, new_state)


def end_after_accepted(stop: Callable[..., None], self: Any) -> None:
    """End a version after its accepted invocations."""

    def end() -> None:
        stop(self)
        if code_id := _code_id(self):
            _CODE.release(code_id)

    if _LOCALSTACK_IS_STOPPING.is_set():
        stop(self)
        return
    _ENDING.add(self)
    self.lab_accepted.close(end)


def end_all(stop: Callable[..., None], self: Any) -> None:
    """End all versions at once, because LocalStack stops."""
    _LOCALSTACK_IS_STOPPING.set()
    for version in list(_ENDING):
        version.stop()
    stop(self)


def destroy_code(destroy: Callable[..., None], self: Any) -> None:
    """Delete code once no version uses it."""
    _CODE.destroy(self.id, partial(destroy, self))

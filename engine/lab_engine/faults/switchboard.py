"""Which faults are on, and which call each of them affects."""

import threading
from collections.abc import Callable

from lab_engine.faults.fault import Fault, Kind, Point


class Switchboard:
    """The faults of this LocalStack. Those that are over stay listed until they are removed."""

    def __init__(self) -> None:
        self._faults: dict[str, Fault] = {}
        self._lock = threading.Lock()

    def add(self, fault: Fault) -> None:
        """Switch a fault on."""
        with self._lock:
            self._faults[fault.id] = fault

    def remove(self, fault_id: str) -> bool:
        """Switch one off; False when there is none of this id."""
        with self._lock:
            return self._faults.pop(fault_id, None) is not None

    def clear(self, account: str | None = None) -> None:
        """Switch off the faults that affect an account; without an account all."""
        with self._lock:
            for each in self._affecting(account):
                del self._faults[each.id]

    def faults(self, account: str | None = None) -> list[Fault]:
        """Return the faults that affect an account, in the order they were switched on."""
        with self._lock:
            return self._affecting(account)

    def _affecting(self, account: str | None) -> list[Fault]:
        faults = self._faults.values()
        return [each for each in faults if account is None or each.account in (None, account)]

    def strike_request(self, account: str, service: str, operation: str, role: str) -> Fault | None:
        """Return the fault for a role's request, and count it; None if there is none."""
        return self._strike(
            lambda fault: (
                not fault.kind.strikes_functions
                and fault.account in (None, account)
                and fault.target == service
                and fault.operation in (None, operation)
                and fault.role in (None, role)
            )
        )

    def strike_process(
        self, account: str, function: str, point: Point, operation: str | None = None
    ) -> Fault | None:
        """Return the fault that kills a function's process at this point, and count it."""
        return self._strike(
            lambda fault: (
                fault.kind is Kind.KILL
                and fault.account in (None, account)
                and fault.target == function
                and fault.point is point
                and fault.operation in (None, operation)
            )
        )

    def strike_memory(self, account: str, function: str) -> Fault | None:
        """Return the fault that makes an invocation run out of memory, and count it."""
        return self._strike(
            lambda fault: (
                fault.kind is Kind.MEMORY
                and fault.account in (None, account)
                and fault.target == function
            )
        )

    def _strike(self, matches: Callable[[Fault], bool]) -> Fault | None:
        if not self._faults:  # the usual case, checked for every request
            return None
        with self._lock:
            for fault in self._faults.values():
                if matches(fault) and not fault.is_over:
                    fault.struck += 1
                    return fault
        return None


switchboard = Switchboard()
"""The switchboard of this LocalStack."""

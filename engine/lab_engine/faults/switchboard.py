"""Which faults are on, and whose turn it is to be struck."""

import threading
from collections.abc import Callable

from lab_engine.faults.fault import Fault, Kind, Point


class Switchboard:
    """The faults of this LocalStack. Those that are over stay listed until they are removed."""

    def __init__(self) -> None:
        self._faults: dict[str, Fault] = {}
        self._lock = threading.Lock()

    def add(self, fault: Fault) -> None:
        """Switches a fault on."""
        with self._lock:
            self._faults[fault.id] = fault

    def remove(self, fault_id: str) -> bool:
        """Switches one off; False when there is none of this id."""
        with self._lock:
            return self._faults.pop(fault_id, None) is not None

    def clear(self, account: str | None = None) -> None:
        """Switches off all that an account can meet; without an account all there are."""
        with self._lock:
            for each in self._met_by(account):
                del self._faults[each.id]

    def faults(self, account: str | None = None) -> list[Fault]:
        """All that an account can meet, in the order they were switched on."""
        with self._lock:
            return self._met_by(account)

    def _met_by(self, account: str | None) -> list[Fault]:
        faults = self._faults.values()
        return [each for each in faults if account is None or each.account in (None, account)]

    def strike_request(self, account: str, service: str, operation: str, role: str) -> Fault | None:
        """The fault that strikes a role's request, counted as having struck."""
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
        """The fault that strikes a function's process at this point."""
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
        """The fault that makes a function's process outgrow its memory in this invocation."""
        return self._strike(
            lambda fault: (
                fault.kind is Kind.MEMORY
                and fault.account in (None, account)
                and fault.target == function
            )
        )

    def _strike(self, matches: Callable[[Fault], bool]) -> Fault | None:
        if not self._faults:  # the ordinary case, for every request there is
            return None
        with self._lock:
            for fault in self._faults.values():
                if matches(fault) and not fault.is_over:
                    fault.struck += 1
                    return fault
        return None


switchboard = Switchboard()
"""The one of this LocalStack."""

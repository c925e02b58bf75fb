"""Record which principal used which permission, for the lesson on least privilege."""

from __future__ import annotations

import threading
from collections import OrderedDict
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any, Final

from lab_engine.iam.actions import catalog

if TYPE_CHECKING:
    from collections.abc import Iterable

    from lab_engine.iam.evaluator import Decision
    from lab_engine.iam.policy import Policy, Principal, Request

_MOST_ENTRIES: Final = 2000


@dataclass(slots=True)
class Entry:
    """How often a principal asked for an action, and how that was decided.

    Attributes:
        accounts: The principal's and the resource's account, which both see it, as in CloudTrail.
        resource: The last resource; a denial has an entry for each resource.
        policy: The name of the policy that decided, with `statement`, the index of its statement;
            empty and -1 if no statement decided.
    """

    principal: str
    accounts: tuple[str, ...]
    action: str
    resource: str
    allowed: bool
    reason: str
    policy: str
    statement: int
    count: int = 0

    @property
    def key(self) -> tuple[Any, ...]:
        """What two decisions have in common that are counted together."""
        return (
            self.principal,
            self.accounts,
            self.action,
            self.reason,
            self.policy,
            self.statement,
            "" if self.allowed else self.resource,
        )


class Journal:
    """The decisions since the start, or since it was cleared."""

    def __init__(self) -> None:
        self._entries: OrderedDict[tuple[Any, ...], Entry] = OrderedDict()
        self._lock = threading.Lock()

    def record(self, request: Request, decision: Decision) -> None:
        """Count a decision."""
        asked = Entry(
            principal=request.principal.identity,
            accounts=request.accounts,
            action=request.action,
            resource=request.resource,
            allowed=decision.allowed,
            reason=decision.reason,
            policy=decision.policy,
            statement=decision.statement.index if decision.statement else -1,
        )
        key = asked.key
        with self._lock:
            entry = self._entries.get(key)
            if entry is None:
                entry = self._entries[key] = asked
                if len(self._entries) > _MOST_ENTRIES:
                    self._entries.popitem(last=False)
            entry.resource = request.resource
            entry.count += 1

    def entries(self) -> list[Entry]:
        """Return all entries, the oldest first."""
        return list(self._entries.values())

    def replace(self, entries: Iterable[Entry]) -> None:
        """Have these entries instead."""
        with self._lock:
            self._entries.clear()
            self._entries.update((entry.key, entry) for entry in entries)

    def clear(self, account: str | None = None) -> None:
        """Delete an account's entries, or all."""
        with self._lock:
            for key, entry in list(self._entries.items()):
                if account is None or account in entry.accounts:
                    del self._entries[key]

    def report(
        self,
        identities: Iterable[tuple[Principal, tuple[Policy, ...]]],
        account: str | None = None,
    ) -> dict[str, Any]:
        """Return uses and grants in the form of the page `/_lab/iam`.

        Args:
            identities: The users and roles with their identity policies.
            account: Show only what this account sees.
        """
        with self._lock:
            entries = [
                asdict(entry)
                for entry in self._entries.values()
                if account is None or account in entry.accounts
            ]
        return {
            "uses": entries,
            "grants": [
                grant
                for principal, policies in identities
                for grant in _grants(principal, policies, entries)
            ],
        }


def _grants(
    principal: Principal, policies: tuple[Policy, ...], entries: list[dict[str, Any]]
) -> list[dict[str, Any]]:
    """Return each action that a statement allows, and how many requests it has allowed.

    An action that no request needs is listed too; on AWS it is stored and never matches.
    """
    grants = []
    for policy in policies:
        for statement in policy.statements:
            if not statement.allows:
                continue
            used = [
                entry
                for entry in entries
                if entry["principal"] == principal.identity
                and (entry["policy"], entry["statement"]) == (policy.name, statement.index)
            ]
            grants += [
                {
                    "principal": principal.identity,
                    "policy": policy.name,
                    "sid": statement.sid,
                    "action": f"all but {action}" if statement.actions.negated else action,
                    "resources": list(statement.resources.written),
                    "exists": catalog.exists(action),
                    "used": sum(
                        entry["count"]
                        for entry in used
                        if statement.actions.means(action, entry["action"])
                    ),
                }
                for action in statement.actions.written
            ]
    return grants

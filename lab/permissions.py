"""What each role used of its permissions, from the journal that the plugin keeps."""

from collections import defaultdict
from dataclasses import dataclass, field
from typing import Any

from lab.language import Sentence
from lab.pages import delete_page, get_page

PAGE = "/_lab/iam"
NO_SUCH_ACTION = Sentence("there is no such action: no request can match it")
REFUSALS = (
    Sentence("explicit deny in an identity-based policy"),
    Sentence("explicit deny in a resource-based policy"),
    Sentence("explicit deny in a permissions boundary"),
    Sentence("explicit deny in a session policy"),
    Sentence("no identity-based policy allows it"),
    Sentence("no resource-based policy allows it"),
    Sentence("no permissions boundary allows it"),
    Sentence("no session policy allows it"),
)
"""Why IAM refuses, as the plugin's journal has it: `lab_engine.iam.evaluator.Reason`."""
ALL_BUT = "all but "
"""Before the action of a NotAction statement in the journal."""


@dataclass(frozen=True)
class Permission:
    """An action on a resource.

    Attributes:
        action: As policies spell it, or all but one.
        resource: The last one asked for, or what a policy says.
        count: How often.
        why: For a denial, which policy was missing or in the way; for what was never used, what is
            wrong with it, if anything.
    """

    action: str
    resource: str
    count: int = 0
    why: str = ""


@dataclass
class Identity:
    """A role, a user or a service: what it used, what was denied, and what it never used."""

    arn: str
    used: list[Permission] = field(default_factory=list)
    denied: list[Permission] = field(default_factory=list)
    unused: list[Permission] = field(default_factory=list)

    @property
    def name(self) -> str:
        """The last part of the ARN; the whole of a service's name."""
        return self.arn.rpartition("/")[2]


def read_identities(endpoint: str, account: str) -> tuple[str, list[Identity]]:
    """Return the mode of IAM in the lab, and an account's identities, roles first, by name.

    Raises:
        requests.RequestException: Nobody answers, or LocalStack has no journal.
    """
    page = get_page(endpoint, PAGE, {"account": account})
    return page["mode"], identities_of(page)


def empty_journal(endpoint: str, account: str) -> None:
    """Empty an account's journal."""
    delete_page(endpoint, PAGE, {"account": account})


def identities_of(page: dict[str, Any]) -> list[Identity]:
    """Sort the journal by identity."""
    identities: defaultdict[str, Identity] = defaultdict(lambda: Identity(""))

    def of(arn: str) -> Identity:
        identity = identities[arn]
        identity.arn = arn
        return identity

    for use in page["uses"]:
        identity = of(use["principal"])
        kind = identity.used if use["allowed"] else identity.denied
        why = "" if use["allowed"] else Sentence(use["reason"])
        kind.append(Permission(use["action"], use["resource"], use["count"], why))
    for grant in page["grants"]:
        if not grant["used"]:
            why = "" if grant.get("exists", True) else NO_SUCH_ACTION
            permission = Permission(grant["action"], ", ".join(grant["resources"]), why=why)
            of(grant["principal"]).unused.append(permission)
    return sorted(identities.values(), key=lambda each: (":role/" not in each.arn, each.arn))

"""Add the checks to LocalStack's request chain, and serve the journal and the list of actions."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING, Any, Final

from localstack.aws import handlers
from localstack.services.edge import ROUTER

from lab_engine.iam import policy_storage, principals
from lab_engine.iam.actions import catalog
from lab_engine.iam.creation_checks import check_traced_function, check_workflow_role
from lab_engine.iam.enforcement import Enforcement
from lab_engine.iam.journal import Journal
from lab_engine.iam.mode import Mode, chosen_mode

if TYPE_CHECKING:
    from localstack.http import Request

LOG = logging.getLogger(__name__)

PAGE: Final = "/_lab/iam"
ACTIONS_PAGE: Final = "/_lab/iam/actions"

JOURNAL = Journal()
"""The journal of this LocalStack."""


def install() -> None:
    """Install the checks that `LAB_IAM` asks for, and log the mode."""
    mode = chosen_mode()
    LOG.info("IAM policies: %s (LAB_IAM)", mode)
    ROUTER.add(PAGE, _Page(mode, JOURNAL).serve, methods=["GET", "DELETE"])
    ROUTER.add(ACTIONS_PAGE, _serve_actions, methods=["GET"])
    if mode is Mode.OFF:
        return
    enforcement = Enforcement(mode, JOURNAL)
    handlers.serve_custom_service_request_handlers.append(enforcement.check_request)
    if mode is Mode.ENFORCE:
        handlers.run_custom_response_handlers.append(enforcement.hide_missing_objects)
        handlers.serve_custom_service_request_handlers.append(check_workflow_role)
        handlers.serve_custom_service_request_handlers.append(check_traced_function)
        handlers.serve_custom_service_request_handlers.append(policy_storage.check)


def _serve_actions(_request: Request, **_: object) -> dict[str, Any]:
    """Answer with the actions that exist, for those who write policies."""
    return catalog.vocabulary()


class _Page:
    """The journal as JSON; DELETE empties it. `?account=` limits both to one account."""

    def __init__(self, mode: Mode, journal: Journal) -> None:
        self._mode = mode
        self._journal = journal

    def serve(self, request: Request, **_: object) -> dict[str, Any]:
        """Answer with the mode, the uses and the grants."""
        account = request.args.get("account")
        if request.method == "DELETE":
            self._journal.clear(account)
        identities = [
            (each, principals.identity_policies(each))
            for each in principals.known_identities(account)
        ]
        return {"mode": self._mode, **self._journal.report(identities, account)}

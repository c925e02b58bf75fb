"""IAM: roles and policies, with what a role used, was refused and never needed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from console.parts.layout import page_head
from console.service import Service
from console.services.iam.policies import policies_card, policy
from console.services.iam.roles import role, roles_card

if TYPE_CHECKING:
    from console.page import Page


def roles_and_policies(page: Page) -> None:
    """List the roles and the policies of the account."""
    with page_head("IAM"):
        pass
    roles_card(page)
    policies_card(page)


SERVICE = Service("iam", "IAM", "badge", {"": roles_and_policies, "role": role, "policy": policy})

"""The permission to send traces: each role sends its own, and what IAM decides is written down."""

from lab_engine.iam import authorization, creation_checks
from lab_engine.iam.installation import JOURNAL
from lab_engine.iam.mode import Mode, chosen_mode


def may_send_segments(role_arn: str) -> bool:
    """Tell whether a role may send segments, and write it into the journal."""
    mode = chosen_mode()
    if mode is Mode.OFF:
        return True
    role = authorization.role(role_arn)
    request, decision = authorization.authorize(role, creation_checks.SENDING_SEGMENTS, {})
    JOURNAL.record(request, decision)
    return decision.allowed or mode is Mode.LOG

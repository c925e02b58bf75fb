"""Definitions of state machines, for the tests of the rules and of the API."""

import json
from typing import Any

END: dict[str, Any] = {"Type": "Pass", "End": True}
GHOST = "MISSING_TRANSITION_TARGET: Missing 'Next' target: Ghost at "


def machine(start: str = "A", /, **states: dict[str, Any]) -> str:
    return json.dumps({"StartAt": start, "States": states})

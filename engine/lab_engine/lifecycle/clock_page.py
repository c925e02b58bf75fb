"""The page `/_lab/clock`: what the lifecycle's clock says, and how to push it.

GET                       {"now": "...", "pushed_seconds": 0}
POST {"push": "+31d"}     the same, with what expired at once: {"expired": ["s3://..."]}
"""

from typing import Any

from localstack.http import Request, Response
from localstack.services.edge import ROUTER

from lab_engine.lifecycle.clock import CLOCK, StepError, parse_step
from lab_engine.lifecycle.expiry import expire

CLOCK_PATH = "/_lab/clock"


def install() -> None:
    """Serves the page."""
    ROUTER.add(CLOCK_PATH, _show, methods=["GET"])
    ROUTER.add(CLOCK_PATH, _push, methods=["POST"])


def _reading() -> dict[str, Any]:
    return {
        "now": CLOCK.now().isoformat(timespec="seconds"),
        "pushed_seconds": int(CLOCK.pushed.total_seconds()),
    }


def _show(_request: Request) -> dict[str, Any]:
    return _reading()


def _push(request: Request) -> Any:
    body = request.get_json(silent=True)
    try:
        step = parse_step(str(body["push"]) if isinstance(body, dict) and "push" in body else "")
    except StepError as error:
        return Response.for_json({"error": str(error)}, status=400)
    CLOCK.push(step)
    return _reading() | {"expired": expire()}

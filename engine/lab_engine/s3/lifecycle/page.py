"""The page `/_lab/clock`: shows an account's lifecycle clock, and moves it forward.

GET ?account=...          {"now": "...", "pushed_seconds": 0}
POST {"push": "+31d", "account": "..."}
                          the same, with what expired at once: {"expired": ["s3://..."]},
                          and the uploads that were aborted: {"aborted": ["s3://..."]}

Without an account it is LocalStack's default account.
"""

from typing import Any

from localstack.constants import DEFAULT_AWS_ACCOUNT_ID
from localstack.http import Request, Response
from localstack.services.edge import ROUTER

from lab_engine.s3.lifecycle.clock import CLOCK, StepError, parse_step
from lab_engine.s3.lifecycle.expiry import abort_unfinished, expire

CLOCK_PATH = "/_lab/clock"


def serve() -> None:
    """Serve the page."""
    ROUTER.add(CLOCK_PATH, _show, methods=["GET"])
    ROUTER.add(CLOCK_PATH, _push, methods=["POST"])


def _reading(account: str) -> dict[str, Any]:
    return {
        "now": CLOCK.now(account).isoformat(timespec="seconds"),
        "pushed_seconds": int(CLOCK.pushed(account).total_seconds()),
    }


def _show(request: Request) -> dict[str, Any]:
    return _reading(request.args.get("account", DEFAULT_AWS_ACCOUNT_ID))


def _push(request: Request) -> Any:
    body = request.get_json(silent=True)
    wanted: dict[str, Any] = body if isinstance(body, dict) else {}
    try:
        step = parse_step(str(wanted.get("push", "")))
    except StepError as error:
        return Response.for_json({"error": str(error)}, status=400)
    account = str(wanted.get("account", DEFAULT_AWS_ACCOUNT_ID))
    CLOCK.push(account, step)
    return _reading(account) | {
        "expired": expire(account),
        "aborted": abort_unfinished(account),
    }

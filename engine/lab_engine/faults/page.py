"""The switch at `/_lab/faults`: GET lists, POST switches on, DELETE switches off all or `/<id>`.

POST takes, for example: `{"kind": "throttle", "target": "s3", "operation": "GetObject",
"seconds": 10}`, `{"kind": "kill", "target": "parse-csv", "at": "after", "calls": 2}` or
`{"kind": "memory", "target": "transform-data"}`. The field `account` in it limits a fault to one
account; `?account=` limits GET and DELETE to the faults that affect an account.
"""

import json
from http import HTTPStatus
from typing import Any

from localstack.http import Request, Response
from localstack.services.edge import ROUTER
from localstack.services.lambda_.invocation.models import lambda_stores

from lab_engine.faults.fault import FaultError, read_fault
from lab_engine.faults.switchboard import switchboard
from lab_engine.iam import principals

PAGE = "/_lab/faults"


def serve() -> None:
    """Serve the page beside LocalStack's own."""
    ROUTER.add(PAGE, _serve, methods=["GET", "POST", "DELETE"])
    ROUTER.add(f"{PAGE}/<fault_id>", _remove, methods=["DELETE"])


def _serve(request: Request, **_: object) -> Response:
    account = request.args.get("account")
    if request.method == "DELETE":
        switchboard.clear(account)
    elif request.method == "POST":
        try:
            wanted = json.loads(request.get_data())
            if not isinstance(wanted, dict):
                raise FaultError("a fault is a JSON object")
            limited_to = wanted.get("account")
            fault = read_fault(wanted, _functions(limited_to), _roles(limited_to))
        except FaultError as error:
            told = {"error": str(error), "sentence": error.sentence, "facts": error.facts}
            return _answer(told, HTTPStatus.BAD_REQUEST)
        except ValueError as error:  # not JSON
            return _answer({"error": str(error)}, HTTPStatus.BAD_REQUEST)
        switchboard.add(fault)
        return _answer(fault.as_json(), HTTPStatus.CREATED)
    return _answer({"faults": [fault.as_json() for fault in switchboard.faults(account)]})


def _remove(_request: Request, fault_id: str, **_: object) -> Response:
    if not switchboard.remove(fault_id):
        return _answer({"error": f"there is no fault {fault_id!r}"}, HTTPStatus.NOT_FOUND)
    return _answer({})


def _answer(body: dict[str, Any], status: HTTPStatus = HTTPStatus.OK) -> Response:
    return Response(json.dumps(body), status, content_type="application/json")


def _functions(account: str | None) -> frozenset[str]:
    return frozenset(
        name
        for owner, _region, store in lambda_stores.iter_stores()
        if account in (None, owner)
        for name in store.functions
    )


def _roles(account: str | None) -> frozenset[str]:
    return frozenset(
        each.role_arn.rpartition("/")[2]
        for each in principals.known_identities(account)
        if each.role_arn is not None
    )

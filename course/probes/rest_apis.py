"""API Gateway: what an API answers, and what comes of an upload by an address that it gave."""

import json
import secrets
from typing import Any, Final
from urllib.parse import quote

from course.case import Case
from course.finding import NOTHING, Finding, failed, missing, passed
from course.language import Text
from course.probes import probes
from course.probes.tables import described_table
from course.rest_apis import CSV, PROXY, STAGE, Answer, address, api_named, call, routes
from course.sales import sales_file

FINISHED_WITHIN_SECONDS: Final = 60.0
CREATED: Final = 201
NOT_FOUND: Final = 404
BAD_REQUEST: Final = 400
ROUTES: Final = ("POST /uploads", "GET /jobs")


@probes
def table_has_index(case: Case, *, table: str, attribute: str) -> Finding:
    """A table can be asked by this attribute, and the index holds all of an item."""
    found = described_table(case, table)
    if found is None:
        return missing(table)
    indexes = {
        each["KeySchema"][0]["AttributeName"]: each["Projection"]["ProjectionType"]
        for each in found.get("GlobalSecondaryIndexes", ())
    }
    case.seen["indexes"] = indexes
    if indexes.get(attribute) == "ALL":
        return passed()
    return failed(
        Text.same(f"{table}: {attribute} ALL"),
        Text.same(", ".join(f"{name} {what}" for name, what in indexes.items()) or "-"),
        f"aws dynamodb describe-table --table-name {table}",
    )


@probes
def api_asks_function(case: Case, *, api: str, function: str) -> Finding:
    """An API hands both requests to a function as they are, and is deployed."""
    client = case.client("apigateway")
    found = api_named(client, api)
    if found is None:
        return failed(Text.same(api), NOTHING, "aws apigateway get-rest-apis")
    answers = routes(client, found["id"])
    stages = [each["stageName"] for each in client.get_stages(restApiId=found["id"])["item"]]
    case.seen["routes"], case.seen["stages"] = answers, stages
    asked = [
        route
        for route in ROUTES
        if answers.get(route, {}).get("type") == PROXY
        and f":function:{function}/" in answers[route]["uri"]
    ]
    if asked == [*ROUTES] and STAGE in stages:
        return passed()
    kinds = (f"{route} {answers[route]['type']}" for route in ROUTES if route in answers)
    return failed(
        Text.same(f"{', '.join(f'{route} {PROXY}' for route in ROUTES)}; stage {STAGE}"),
        Text.same(f"{', '.join(kinds) or '-'}; stage {', '.join(stages) or '-'}"),
        f"aws apigateway get-resources --embed methods --rest-api-id {found['id']}",
    )


@probes
def api_gives_address(case: Case, *, api: str, function: str) -> Finding:
    """POST /uploads gives an address; a file put there without credentials is in the bucket."""
    base = _base(case, api)
    if base is None:
        return missing(api)
    body = sales_file(case.sandbox.seed("by address"), 2).body
    given = _ask_for_address(case, base, f"{secrets.token_hex(3)}-asked.csv")
    key, url = str(given.body.get("key")), str(given.body.get("url"))
    if given.status != CREATED or not url.startswith("http"):
        return failed(
            Text.same(f"POST /uploads: {CREATED}, key, url"),
            Text.same(f"POST /uploads: {given.status} {json.dumps(given.body)[:120]}"),
            f"logs {function}",
        )
    put = call("PUT", url, body, CSV)
    case.seen["put"] = put.status
    is_kept = put.status == 200 and key.startswith("uploads/")  # noqa: PLR2004 - HTTP's OK
    if is_kept:
        return passed(Text.same(key))
    return failed(
        Text.same("uploads/...; PUT: 200"),
        Text.same(f"{key.partition('/')[0]}/...; PUT: {put.status}"),
        f"iam --denied --account {case.sandbox.account}",
    )


@probes
def api_tells_job(case: Case, *, api: str, function: str) -> Finding:
    """GET /jobs tells 404 of an upload nobody knows, and how a file ended that was uploaded."""
    base = _base(case, api)
    if base is None:
        return missing(api)
    unknown = _ask_for_job(base, f"uploads/{secrets.token_hex(3)}-nobody.csv")
    case.seen["unknown"] = unknown.status
    given = _ask_for_address(case, base, f"{secrets.token_hex(3)}-followed.csv")
    key = str(given.body.get("key"))
    body = sales_file(case.sandbox.seed("followed"), 2).body
    call("PUT", str(given.body.get("url")), body, CSV)

    def look() -> Answer | None:
        told = _ask_for_job(base, key)
        case.seen["told"] = told
        return told if told.body.get("status") == "SUCCEEDED" else None

    found = case.wait_until(look, within_seconds=FINISHED_WITHIN_SECONDS)
    case.client("s3").delete_object(Bucket=case.raw_bucket, Key=key)
    if found and unknown.status == NOT_FOUND:
        return passed(Text.same(str(found.body.get("job_id"))))
    told = case.seen["told"]
    return failed(
        Text.same(f"{NOT_FOUND}; 200 SUCCEEDED"),
        Text.same(f"{unknown.status}; {told.status} {told.body.get('status', '-')}"),
        f"logs {function}",
    )


@probes
def api_refuses_folders(case: Case, *, api: str, function: str) -> Finding:
    """POST /uploads refuses a name with a folder, and gives two uploads of a name two keys."""
    base = _base(case, api)
    if base is None:
        return missing(api)
    refused = _ask_for_address(case, base, "../failed/a.csv").status
    keys = {str(_ask_for_address(case, base, "same.csv").body.get("key")) for _ in range(2)}
    case.seen["refused"], case.seen["keys"] = refused, keys
    if refused == BAD_REQUEST and len(keys) == 2:  # noqa: PLR2004 - of two
        return passed()
    return failed(
        Text.same(f"../failed/a.csv: {BAD_REQUEST}; same.csv: 2 keys"),
        Text.same(f"../failed/a.csv: {refused}; same.csv: {len(keys)} keys"),
        f"logs {function}",
    )


def _base(case: Case, api: str) -> str | None:
    found = api_named(case.client("apigateway"), api)
    return address(case.sandbox, found["id"]) if found else None


def _ask_for_address(case: Case, base: str, name: str) -> Answer:
    answered = call("POST", f"{base}/uploads", json.dumps({"name": name}).encode())
    case.seen["asked"] = answered
    return answered


def _ask_for_job(base: str, key: str) -> Answer:
    return call("GET", f"{base}/jobs?key={quote(key, safe='')}")


def seen_answer(case: Case) -> Answer | None:
    """Return what POST /uploads answered last."""
    found: Any = case.seen.get("asked")
    return found if isinstance(found, Answer) else None

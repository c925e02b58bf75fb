"""API Gateway: how an API, its function and its address go wrong."""

from course.case import Case, Facts
from course.causes import causes
from course.probes.rest_apis import seen_answer
from course.probes.triggers import permissions

_FORBIDDEN = 403
_SERVER_ERROR = 500


@causes
def index_without_the_rest(case: Case, *, attribute: str) -> Facts | None:
    """The index is there and holds its keys only."""
    found = case.seen.get("indexes", {}).get(attribute)
    return {"actual": found} if found and found != "ALL" else None


@causes
def api_never_deployed(case: Case) -> Facts | None:
    """The API is there, without a stage."""
    return {} if case.seen.get("routes") and not case.seen.get("stages") else None


@causes
def integration_is_no_proxy(case: Case) -> Facts | None:
    """A request is handed on by an integration that needs templates."""
    kinds = [each["type"] for each in case.seen.get("routes", {}).values()]
    others = [kind for kind in kinds if kind and kind != "AWS_PROXY"]
    return {"actual": others[0]} if others else None


@causes
def api_may_not_invoke(case: Case, *, function: str) -> Facts | None:
    """API Gateway answers with an error of its own, for it may not invoke the function."""
    answered = seen_answer(case)
    if answered is None or answered.status < _SERVER_ERROR:
        return None
    return None if permissions(case, function, "apigateway.amazonaws.com") else {}


@causes
def address_may_not_put(case: Case) -> Facts | None:
    """S3 refuses what is put to the address."""
    return {} if case.seen.get("put") == _FORBIDDEN else None


@causes
def unknown_job_answered(case: Case) -> Facts | None:
    """An upload that nobody knows is answered with another status than 404."""
    status = case.seen.get("unknown")
    return {"actual": status} if status not in (None, 404) else None


@causes
def folder_was_taken(case: Case) -> Facts | None:
    """A name with a folder in it was given an address."""
    status = case.seen.get("refused")
    return {"actual": status} if status in (200, 201) else None


@causes
def name_is_the_key(case: Case) -> Facts | None:
    """Two uploads of one name were given one key."""
    keys = case.seen.get("keys", ())
    return {"actual": next(iter(keys))} if len(keys) == 1 else None

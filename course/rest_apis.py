"""REST APIs of API Gateway: what they ask, where they are called, and putting one in place."""

import json
import urllib.error
import urllib.request
from dataclasses import dataclass
from typing import Any, Final

from course.listing import listed
from course.sandbox import Sandbox
from provision.changes import Changes

STAGE: Final = "v1"
PROXY: Final = "AWS_PROXY"
JSON: Final = "application/json"
CSV: Final = "text/csv"
_TIMEOUT_SECONDS: Final = 30
_DIRECTLY: Final = urllib.request.build_opener(urllib.request.ProxyHandler({}))
"""The lab is on loopback, where no proxy reaches."""


@dataclass(frozen=True)
class Answer:
    """What a web address answered.

    Attributes:
        status: The HTTP status.
        body: The JSON object in it, empty where there is none.
    """

    status: int
    body: dict[str, Any]


def api_named(client: Any, name: str) -> dict[str, Any] | None:
    """Return a REST API by its name, None when there is none."""
    found = listed(client, "get_rest_apis", "items")
    return next((each for each in found if each["name"] == name), None)


def routes(client: Any, api: str) -> dict[str, dict[str, str]]:
    """Return what an API answers: by `POST /uploads` the integration's type and its address."""
    return {
        f"{method} {each['path']}": {
            "type": described.get("methodIntegration", {}).get("type", ""),
            "uri": described.get("methodIntegration", {}).get("uri", ""),
        }
        for each in listed(client, "get_resources", "items", restApiId=api, embed=["methods"])
        for method, described in each.get("resourceMethods", {}).items()
    }


def function_uri(sandbox: Sandbox, function: str) -> str:
    """Return how an integration names a function."""
    arn = sandbox.arn("lambda", f"function:{function}")
    return f"arn:aws:apigateway:{sandbox.region}:lambda:path/2015-03-31/functions/{arn}/invocations"


def address(sandbox: Sandbox, api: str) -> str:
    """Return where the API's stage is called.

    That is the lab's own path. On AWS it is https://<api>.execute-api.<region>.amazonaws.com/<stage>.
    """
    return f"{sandbox.endpoint}/_aws/execute-api/{api}/{STAGE}"


def call(method: str, url: str, body: bytes | None = None, kind: str = JSON) -> Answer:
    """Send a request without any credentials, as a browser does.

    Args:
        method: Such as `POST`.
        url: Where to.
        body: What is sent; None for nothing.
        kind: What it is (`Content-Type`).

    Raises:
        urllib.error.URLError: Nobody answers.
    """
    headers = {"Content-Type": kind} if body is not None else {}
    request = urllib.request.Request(url, body, headers, method=method)  # noqa: S310 - the lab itself
    try:
        with _DIRECTLY.open(request, timeout=_TIMEOUT_SECONDS) as answer:
            return Answer(answer.status, _read(answer.read()))
    except urllib.error.HTTPError as error:
        return Answer(error.code, _read(error.read()))


def ensure_api(
    sandbox: Sandbox, changes: Changes, name: str, paths: dict[str, str], function: str
) -> str:
    """Afterwards an API hands these requests to a function, in a stage that is deployed; its id.

    Args:
        sandbox: Where.
        changes: Takes up what was changed.
        name: Of the API.
        paths: The method by the path, such as `post` by `/uploads`.
        function: Whom it asks.
    """
    client = sandbox.client("apigateway")
    found = api_named(client, name)
    uri = function_uri(sandbox, function)
    body = json.dumps(document(name, paths, uri))
    wanted = {f"{how.upper()} {path}": {"type": PROXY, "uri": uri} for path, how in paths.items()}
    actual = routes(client, found["id"]) if found else None

    def apply() -> None:
        if found is None:
            client.import_rest_api(body=body)
        else:
            client.put_rest_api(restApiId=found["id"], mode="overwrite", body=body)

    changes.settle(f"API {name}", wanted=wanted, actual=actual, apply=apply)
    api = api_named(client, name)
    if api is None:
        raise LookupError(name)
    stages = [each["stageName"] for each in client.get_stages(restApiId=api["id"])["item"]]
    changes.settle(
        f"stage {STAGE} of {name}",
        wanted=True,
        actual=(actual == wanted and STAGE in stages) or None,
        apply=lambda: client.create_deployment(restApiId=api["id"], stageName=STAGE),
    )
    return str(api["id"])


def document(name: str, paths: dict[str, str], uri: str, kind: str = PROXY) -> dict[str, Any]:
    """Return the API as an OpenAPI document with AWS's extension for integrations."""
    integration = {"type": kind, "httpMethod": "POST", "uri": uri}
    return {
        "openapi": "3.0.1",
        "info": {"title": name, "version": "1"},
        "paths": {
            path: {how: {"responses": {}, "x-amazon-apigateway-integration": integration}}
            for path, how in paths.items()
        },
    }


def _read(body: bytes) -> dict[str, Any]:
    try:
        found = json.loads(body)
    except ValueError:
        return {}
    return found if isinstance(found, dict) else {}

"""Apply the rules in front of LocalStack's server, and make CORS follow them.

The rules stand where the server passes a request on, so they cover AWS's APIs, the pages of
LocalStack and of the lab, S3's host names with a bucket, websockets and TLS. Services that call
each other inside the process do not pass here.
"""

import logging
import os
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from http import HTTPStatus
from typing import Any
from urllib.parse import urlsplit

from localstack.aws.handlers import cors

from lab_engine.gate.preflights import is_answered_by_s3
from lab_engine.gate.refusals import Refusals
from lab_engine.gate.rules import (
    ALLOWED_HOSTS,
    ALLOWED_ORIGINS,
    Header,
    Rules,
    Verdict,
    split_list,
)
from lab_engine.public_endpoint import public_endpoint

LOG = logging.getLogger(__name__)

SANDBOX = b"sandbox"
"""A Content-Security-Policy: no scripts, no forms, and an origin that equals no other."""


def rules_of_this_lab() -> Rules:
    """Return the rules that the settings ask for.

    Raises:
        SettingError: An entry is not a host, or not an origin.
    """
    public_host = urlsplit(public_endpoint()).hostname
    hosts = split_list(os.environ.get(ALLOWED_HOSTS, ""))
    return Rules(
        hosts=[*hosts, *([public_host] if public_host else [])],
        origins=split_list(os.environ.get(ALLOWED_ORIGINS, "")),
    )


@cache
def _rules() -> Rules:
    rules = rules_of_this_lab()
    if rules.origins:
        LOG.info("web pages may use the lab from %s", ", ".join(sorted(rules.origins)))
    return rules


_refusals = Refusals()


def check_settings() -> None:
    """Stop LocalStack's start if a setting of the gate cannot be used."""
    _rules()


@dataclass(frozen=True, slots=True)
class Admission:
    """What the rules say of a request.

    Attributes:
        refusal: The text of the answer, 403, if it is refused.
        is_sandboxed: It is answered with the policy `SANDBOX`. The service may add a policy of its
            own; a browser obeys both.
    """

    refusal: str | None = None
    is_sandboxed: bool = False


def admit(method: str, uri: str, header: Header, address: str) -> Admission:
    """Decide about a request before LocalStack reads it.

    Args:
        method: Such as `GET`.
        uri: Path and query as they were sent.
        header: The request's headers; one that was sent twice is a list with commas.
        address: The address of this machine at which the connection arrived.
    """
    verdict = _rules().judge(method, uri, header, address)
    if verdict is Verdict.ANSWER:
        return Admission()
    if verdict is Verdict.SHOW:
        return Admission(is_sandboxed=True)
    if verdict is Verdict.FOREIGN_PAGE and is_answered_by_s3(method, uri, header("Host") or ""):
        return Admission()
    return Admission(refusal=_refusals.explain(verdict, header))


def judge_then_render(render: Callable[..., Any], resource: Any, request: Any) -> Any:
    """Answer a request that Twisted has read, or refuse it."""

    def header(name: str) -> str | None:
        # HTTP reads a header that was sent twice as a list; no Host and no origin is a list.
        values = request.requestHeaders.getRawHeaders(name.encode())
        return None if values is None else b", ".join(values).decode("latin-1")

    method, uri = request.method.decode("latin-1"), request.uri.decode("latin-1")
    admission = admit(method, uri, header, request.getHost().host)
    if admission.refusal is None:
        if admission.is_sandboxed:
            request.setHeader(b"content-security-policy", SANDBOX)
        return render(resource, request)
    request.setResponseCode(HTTPStatus.FORBIDDEN)
    request.setHeader(b"content-type", b"text/plain; charset=utf-8")
    return admission.refusal.encode()


def allows_origin(headers: Any) -> bool:
    """Allow the origins of the gate in place of LocalStack's own list.

    Only a preflight to S3 comes here from any other.
    """
    origin = headers.get("Origin")
    return origin is None or origin in _rules().origins


def add_requested_headers(
    add_headers: Callable[..., None], request_headers: Any, response_headers: Any
) -> None:
    """Allow the headers that a preflight asks for; LocalStack's fixed list lacks some."""
    if asked := request_headers.get(cors.ACL_REQUEST_HEADERS):
        response_headers.setdefault(cors.ACL_ALLOW_HEADERS, asked)
    add_headers(request_headers, response_headers)

"""Puts the rules before LocalStack's server, and makes CORS follow them.

The place is where the server hands a request over, so that AWS's APIs, the pages of LocalStack and
of the lab, S3's names with the bucket in front, websockets and TLS all are behind it. Services
that call each other inside the process do not pass here.
"""

import logging
import os
from collections.abc import Callable
from http import HTTPStatus
from typing import Any
from urllib.parse import urlsplit

from localstack.aws.handlers import cors
from localstack.utils.patch import Patch, patch
from rolo.serving.twisted import WebsocketResourceDecorator

from lab_engine.gate.refusals import Refusals
from lab_engine.gate.rules import ALLOWED_HOSTS, ALLOWED_ORIGINS, Rules, Verdict, split_list
from lab_engine.public_endpoint import public_endpoint

LOG = logging.getLogger(__name__)

SANDBOX = b"sandbox"
"""A Content-Security-Policy: no scripts, no forms, and an origin that is equal to no other."""


def install() -> None:
    """Puts the gate before the server's one resource, and leaves CORS to it."""
    rules = rules_of_this_lab()
    if rules.origins:
        LOG.info("web pages may use the lab from %s", ", ".join(sorted(rules.origins)))
    _put_before_the_server(rules)
    _leave_origins_to_the_gate()


def rules_of_this_lab() -> Rules:
    """Reads the settings.

    Raises:
        SettingError: one of them holds what is neither a host nor an origin.
    """
    public_host = urlsplit(public_endpoint()).hostname
    hosts = split_list(os.environ.get(ALLOWED_HOSTS, ""))
    return Rules(
        hosts=[*hosts, *([public_host] if public_host else [])],
        origins=split_list(os.environ.get(ALLOWED_ORIGINS, "")),
    )


def _put_before_the_server(rules: Rules) -> None:
    refusals = Refusals()

    @patch(WebsocketResourceDecorator.render)  # type: ignore[untyped-decorator]
    def judge_then_render(render: Callable[..., Any], resource: Any, request: Any) -> Any:
        def header(name: str) -> str | None:
            value = request.getHeader(name.encode())
            return None if value is None else value.decode("latin-1")

        method, uri = request.method.decode("latin-1"), request.uri.decode("latin-1")
        verdict = rules.judge(method, uri, header, request.getHost().host)
        if verdict is Verdict.ANSWER:
            return render(resource, request)
        if verdict is Verdict.SHOW:
            # What the service says is added to this; of two policies a browser keeps both.
            request.setHeader(b"content-security-policy", SANDBOX)
            return render(resource, request)
        request.setResponseCode(HTTPStatus.FORBIDDEN)
        request.setHeader(b"content-type", b"text/plain; charset=utf-8")
        return refusals.explain(verdict, header).encode()


def _leave_origins_to_the_gate() -> None:
    """LocalStack's own list of origins no longer counts; its CORS answers stay.

    Who comes through the gate with an Origin is allowed to. LocalStack answers a preflight with
    a fixed list of headers, which lacks some that SDKs send: it is answered what it asks for.
    """
    add_headers = cors.CorsResponseEnricher.add_cors_headers

    def add_what_was_asked_for(request_headers: Any, response_headers: Any) -> None:
        if asked := request_headers.get(cors.ACL_REQUEST_HEADERS):
            response_headers.setdefault(cors.ACL_ALLOW_HEADERS, asked)
        add_headers(request_headers, response_headers)

    allow_all = staticmethod(lambda _headers: True)
    Patch(cors.CorsEnforcer, "is_cors_origin_allowed", allow_all).apply()
    replaced = staticmethod(add_what_was_asked_for)
    Patch(cors.CorsResponseEnricher, "add_cors_headers", replaced).apply()

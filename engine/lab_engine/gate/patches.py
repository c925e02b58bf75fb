"""What the plugin replaces in LocalStack's server for the gate, and for CORS."""

from functools import partial

from localstack.aws.handlers import cors
from localstack.services.s3 import cors as s3_cors
from rolo.serving.twisted import WebsocketResourceDecorator

from lab_engine.gaps import GATE
from lab_engine.gate import server
from lab_engine.patching import Replacement, Start, around, instead

_add_requested_headers = partial(
    server.add_requested_headers, cors.CorsResponseEnricher.add_cors_headers
)

PATCHES: tuple[Replacement, ...] = (
    around(
        WebsocketResourceDecorator,
        "render",
        server.judge_then_render,
        why="every request is answered, from web pages too, and with any Host",
        gap=GATE,
        in_plain=True,
    ),
    instead(
        cors.CorsEnforcer,
        "is_cors_origin_allowed",
        staticmethod(server.allows_origin),
        why="LocalStack trusts origins that are not ours",
        gap=GATE,
        in_plain=True,
    ),
    instead(
        s3_cors,
        "is_origin_allowed_default",
        server.allows_origin,
        why="the same, where S3 decides about buckets without CORS rules",
        gap=GATE,
        in_plain=True,
    ),
    instead(
        cors.CorsResponseEnricher,
        "add_cors_headers",
        staticmethod(_add_requested_headers),
        why="the answer to a preflight lacks headers that SDKs send",
        gap=GATE,
        in_plain=True,
    ),
    instead(
        s3_cors,
        "add_default_headers",
        _add_requested_headers,
        why="the same, for buckets without CORS rules",
        gap=GATE,
        in_plain=True,
    ),
)

STARTS: tuple[Start, ...] = (Start(server.check_settings, in_plain=True),)

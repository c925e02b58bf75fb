"""What the plugin replaces in LocalStack's server for the gate, and for CORS."""

from functools import partial

from localstack.aws.handlers import cors
from rolo.serving.twisted import WebsocketResourceDecorator

from lab_engine.gaps import GATE
from lab_engine.gate import server
from lab_engine.patching import Replacement, Start, around, instead

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
        staticmethod(server.allow_every_origin),
        why="LocalStack trusts origins that are not ours; the gate has decided already",
        gap=GATE,
        in_plain=True,
    ),
    instead(
        cors.CorsResponseEnricher,
        "add_cors_headers",
        staticmethod(
            partial(server.add_requested_headers, cors.CorsResponseEnricher.add_cors_headers)
        ),
        why="the answer to a preflight lacks headers that SDKs send",
        gap=GATE,
        in_plain=True,
    ),
)

STARTS: tuple[Start, ...] = (Start(server.check_settings, in_plain=True),)

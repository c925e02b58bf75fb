"""Where the gate stands in LocalStack's server, and who decides on CORS."""

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
        why="whoever asks is answered, web pages included, and any Host",
        gap=GATE,
        in_plain=True,
    ),
    instead(
        cors.CorsEnforcer,
        "is_cors_origin_allowed",
        staticmethod(server.allow_every_origin),
        why="LocalStack trusts origins that are not ours; who passed the gate may ask",
        gap=GATE,
        in_plain=True,
    ),
    instead(
        cors.CorsResponseEnricher,
        "add_cors_headers",
        staticmethod(
            partial(server.add_what_was_asked_for, cors.CorsResponseEnricher.add_cors_headers)
        ),
        why="a preflight is answered with a list that lacks headers of SDKs",
        gap=GATE,
        in_plain=True,
    ),
)

STARTS: tuple[Start, ...] = (Start(server.check_settings, in_plain=True),)

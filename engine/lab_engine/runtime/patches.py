"""What the plugin replaces in LocalStack as a whole."""

from botocore.session import Session
from localstack.runtime.server.twisted import TwistedRuntimeServer

from lab_engine.gaps import LISTENING
from lab_engine.patching import Replacement, Start, instead
from lab_engine.runtime import certificate, listening, region_lists

PATCHES: tuple[Replacement, ...] = (
    instead(
        Session,
        "get_available_regions",
        region_lists.get_available_regions,
        why="each service reads the whole table of endpoints again: a seventh of the start",
    ),
    instead(
        TwistedRuntimeServer,
        "register",
        listening.register,
        why="GATEWAY_LISTEN's port counts and its address does not",
        gap=LISTENING,
        in_plain=True,
    ),
)

STARTS: tuple[Start, ...] = (Start(certificate.write_certificate, in_plain=True),)

"""What the plugin replaces in LocalStack as a whole."""

import sys
import uuid

from botocore.loaders import JSONFileLoader
from botocore.session import Session
from localstack.aws.connect import InternalClientFactory
from localstack.aws.handlers import service
from localstack.aws.handlers.logging import ResponseLogger
from localstack.aws.serving.twisted import TLSMultiplexer
from localstack.aws.spec import PatchingLoader
from localstack.runtime.runtime import LocalstackRuntime
from localstack.runtime.server.twisted import TwistedRuntimeServer
from werkzeug.routing import Rule

from lab_engine.gaps import LISTENING
from lab_engine.patching import Replacement, Start, around, instead
from lab_engine.runtime import (
    certificate,
    connections,
    direct_calls,
    ended_threads,
    garbage,
    ids,
    listening,
    one_processor,
    parsers,
    region_lists,
    request_log,
    service_models,
    url_rules,
)

PATCHES: tuple[Replacement, ...] = (
    around(
        TLSMultiplexer,
        "dataReceived",
        connections.take_over,
        why="each request goes from thread to thread three times, and waits for each",
    ),
    around(
        TwistedRuntimeServer,
        "shutdown",
        connections.finish_first,
        why="Twisted does not know of requests that it does not serve",
    ),
    instead(
        Session,
        "get_available_regions",
        region_lists.get_available_regions,
        why="each service reads the whole table of endpoints again: a seventh of the start",
    ),
    around(
        Rule,
        "_compile_builder",
        url_rules.compile_later,
        why="each route compiles two functions that nobody calls, again with each new route",
    ),
    around(
        ResponseLogger,
        "_log",
        request_log.log_response,
        why="headers and parameters are copied for each line, which does not show them",
    ),
    instead(
        JSONFileLoader,
        "_load_file",
        service_models.read,
        why="texts that nobody reads, in dictionaries that are twice as large: 30 MB",
    ),
    instead(
        PatchingLoader,
        "load_data",
        service_models.load_corrected,
        why="S3's whole description is copied in order to correct it",
    ),
    around(
        service,
        "create_parser",
        parsers.create_parser,
        why="the first executions on a cold lab make Lambda's parser many times at once",
    ),
    around(
        InternalClientFactory,
        "_get_client_post_hook",
        direct_calls.shorten,
        why="services serialize, sign, route and parse what they tell each other in one process",
    ),
    instead(
        uuid,
        "uuid4",
        ids.uuid4,
        why="each id gives up the interpreter's lock, of which a request has several",
    ),
    around(
        LocalstackRuntime,
        "_on_ready",
        garbage.set_aside_what_stands,
        why="the garbage collector looks at all modules again, and every thread waits for it",
    ),
    around(
        LocalstackRuntime,
        "_on_ready",
        one_processor.begin_when_ready,
        why="threads that wait for each other on several processors wake these all the time",
        only_if=lambda: sys.platform == "linux",
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

STARTS: tuple[Start, ...] = (
    Start(certificate.write_certificate, in_plain=True),
    Start(ended_threads.begin),
    Start(request_log.leave_out_unread, saves="a tenth of a line in the log"),
)

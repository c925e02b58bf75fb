"""Handlers for the conformance tests: what each returns, raises and logs must not depend on
whether AWS's runtime client runs it or the lab's."""

import datetime
import logging
import math
import os
import sys
from collections.abc import Callable
from decimal import Decimal
from typing import Any, NoReturn

logger = logging.getLogger("specimens")


class OutOfStockError(Exception):
    pass


def nested_error() -> None:
    try:
        os.environ["MISSING"]
    except KeyError as error:
        raise OutOfStockError("สินค้าหมด") from error


def circular() -> list[Any]:
    ring: list[Any] = []
    ring.append(ring)
    return ring


def log_everything() -> None:
    print("one", "line")  # noqa: T201 - the print is what is tested
    print("two\nlines")  # noqa: T201 - the print is what is tested
    print("no line end", end="")  # noqa: T201 - the print is what is tested
    sys.stderr.write("to stderr\n")
    logger.debug("hidden")
    logger.info("hidden by default")
    logger.warning("seen %s", "here")
    logger.error("several\nlines")
    logging.getLogger().setLevel(logging.INFO)
    logger.info("สวัสดี")
    try:
        raise ValueError("caught")
    except ValueError:
        logger.exception("with its trace")
    logging.getLogger().setLevel(logging.WARNING)


def describe_context(context: Any) -> dict[str, Any]:
    client = context.client_context
    return {
        "printed": repr(context),
        "aws_request_id": context.aws_request_id,
        "invoked_function_arn": context.invoked_function_arn,
        "function_name": context.function_name,
        "function_version": context.function_version,
        "memory_limit_in_mb": context.memory_limit_in_mb,
        "log_group_name": context.log_group_name,
        "log_stream_name": context.log_stream_name,
        "has_time_left": 0 < context.get_remaining_time_in_millis() <= 60_000,
        "identity": [
            context.identity.cognito_identity_id,
            context.identity.cognito_identity_pool_id,
        ],
        "client": client and [client.custom, client.env, client.client.app_title],
        "trace": os.environ["_X_AMZN_TRACE_ID"],
    }


RETURNED: dict[str, Callable[[], Any]] = {
    "nothing": lambda: None,
    "text": lambda: 'quote " and \\ and \u2028 and \x00',
    "thai": lambda: {"ชื่อ": "รายงาน 📈"},
    "number": lambda: 7200.0,
    "float_edges": lambda: [math.nan, math.inf, -math.inf, 1e300, -0.0, 0.1],
    "large_integer": lambda: 2**200,
    "tuple": lambda: (1, "two", None, True),
    "decimal": lambda: {"mean": Decimal("1440.00"), "long": Decimal("0.1234567890123456789012345")},
    "decimal_like_text": lambda: [Decimal("1.50"), "1.50", "decimal-1.50"],
    "decimal_not_a_number": lambda: Decimal("NaN"),
    "bytes": lambda: b"raw \xff bytes",
    "nested_bytes": lambda: {"inside": b"text"},
    "odd_keys": lambda: {2: "a", None: "b", True: "c", 1.5: "d"},
}

FAILING: dict[str, Callable[[], Any]] = {
    "raises": lambda: 1 / 0,
    "raises_without_message": lambda: (_ for _ in ()).throw(OutOfStockError()),
    "raises_nested": nested_error,
    "raises_several_lines": lambda: (_ for _ in ()).throw(ValueError("first\nsecond")),
    "returns_a_set": lambda: {1, 2},
    "returns_a_date": lambda: {"at": datetime.datetime(2026, 1, 1, tzinfo=datetime.UTC)},
    "returns_tuple_keys": lambda: {(1, 2): "x"},
    "returns_itself": circular,
    "returns_undecodable_bytes": lambda: {"inside": b"\xff"},
}


def handler(event: Any, context: Any) -> Any:
    case = event.get("case") if isinstance(event, dict) else None
    if case in RETURNED:
        return RETURNED[case]()
    if case in FAILING:
        return FAILING[case]()
    if case == "logs":
        return log_everything()
    if case == "context_log":
        return context.log("as is\n")
    if case == "context":
        return describe_context(context)
    return {"event": event}


def ending_handler(event: Any, _context: Any) -> None:
    ways: dict[str, Callable[[int], NoReturn]] = {
        "sys_exit": sys.exit,
        "builtin_exit": exit,
        "os_exit": os._exit,
    }
    ways[event["way"]](event["status"])


def large_handler(event: Any, _context: Any) -> str:
    return "x" * int(event["bytes"])

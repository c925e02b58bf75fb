"""The lines of the log about requests."""

import logging
from types import SimpleNamespace
from typing import Any

import pytest
from localstack.aws.api import CommonServiceException, RequestContext
from localstack.aws.handlers.logging import ResponseLogger
from localstack.aws.spec import load_service
from localstack.http import Request, Response

from lab_engine.runtime import request_log

LOGGERS = ("localstack.request.aws", "localstack.request.internal.aws")


def answered(*, is_internal: bool, error: Exception | None) -> RequestContext:
    context = RequestContext(Request("GET", "/bucket/key", headers={"X-Secret": "1"}))
    context.service = load_service("s3")
    context.operation = context.service.operation_model("GetObject")
    context.service_exception = error
    context.internal_request_params = {} if is_internal else None
    context.account_id, context.region = "000000000000", "ap-southeast-1"
    return context


@pytest.mark.parametrize("is_internal", [False, True])
@pytest.mark.parametrize("error", [None, CommonServiceException("NoSuchKey", "none", 404)])
@pytest.mark.parametrize("level", [logging.INFO, logging.WARNING])
def test_the_line_is_that_of_localstack(
    caplog: pytest.LogCaptureFixture, *, is_internal: bool, error: Exception | None, level: int
) -> None:
    for name in LOGGERS:
        caplog.set_level(level, name)
    context, response = answered(is_internal=is_internal, error=error), Response(status=404)
    ResponseLogger()._log(context, response)
    usual = [(each.name, each.getMessage()) for each in caplog.records]
    caplog.clear()
    request_log.log_response(pytest.fail, ResponseLogger(), context, response)
    assert [(each.name, each.getMessage()) for each in caplog.records] == usual
    assert len(usual) == (1 if level == logging.INFO else 0)


def test_debugging_and_requests_of_no_service_are_left_to_localstack(
    caplog: pytest.LogCaptureFixture,
) -> None:
    left: list[Any] = []

    def log(_self: Any, context: Any, _response: Any) -> None:
        left.append(context)

    for name in LOGGERS:
        caplog.set_level(logging.INFO, name)
    page = RequestContext(Request("GET", "/_localstack/init/ready"))
    request_log.log_response(log, ResponseLogger(), page, Response())
    loggers = SimpleNamespace(aws_logger=logging.getLogger(LOGGERS[0]))
    loggers.aws_logger.setLevel(logging.DEBUG)
    operation = answered(is_internal=False, error=None)
    request_log.log_response(log, loggers, operation, Response())
    assert left == [page, operation]

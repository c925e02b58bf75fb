"""Log a line for each request without gathering what the line does not show.

LocalStack copies the headers and the parameters of each request and answer for its format of
debugging, also where that is off. Python looks up the place in the code, the process and the task
of each line, which LocalStack's formats do not have.
"""

import logging
from collections.abc import Callable
from typing import Any

from localstack.aws.api import RequestContext
from localstack.http import Response


def log_response(
    log: Callable[..., None], self: Any, context: RequestContext, response: Response
) -> None:
    """Log an answered operation in one line; leave all else to LocalStack.

    Args:
        log: LocalStack's method, which also gathers what its format of debugging shows.
        self: LocalStack's handler, which has the loggers.
        context: The request.
        response: Its answer.
    """
    logger = self.internal_aws_logger if context.is_internal_call else self.aws_logger
    if not context.operation or logger.isEnabledFor(logging.DEBUG):
        log(self, context, response)
        return
    said = (context.service.service_name, context.operation.name, response.status_code)
    if context.service_exception:
        logger.info("AWS %s.%s => %d (%s)", *said, context.service_exception.code)
    else:
        logger.info("AWS %s.%s => %s", *said)


def leave_out_unread() -> None:
    """Look up less for each line (Python's logging HOWTO, "Optimization")."""
    lines: Any = logging
    lines._srcfile = None
    lines.logProcesses = lines.logMultiprocessing = lines.logAsyncioTasks = False

"""End an execution if LocalStack itself fails, instead of leaving it RUNNING for ever.

An error in a state ends the execution already. An error before the first state or outside of
states, such as in writing a log that the role may not write to, ends only the thread.
"""

import logging
from collections.abc import Callable
from typing import Any

from localstack.aws.api.stepfunctions import ExecutionFailedEventDetails

LOG = logging.getLogger(__name__)


def run(original: Callable[[Any], None], self: Any) -> None:
    """Run an execution; end it as failed if LocalStack fails."""
    try:
        original(self)
    except Exception as error:
        LOG.exception("an execution ended because LocalStack failed")
        if self.env is None:
            self.env = self._get_evaluation_environment()
        cause = f"{type(error).__name__}({error})"
        self.env.set_error(ExecutionFailedEventDetails(error="States.Runtime", cause=cause))
        self._execution_communication.terminated()

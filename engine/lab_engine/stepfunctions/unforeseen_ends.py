"""Ends an execution that LocalStack itself fails in, instead of leaving it RUNNING for ever.

What goes wrong in a state ends the execution already. What goes wrong before the first state or
beside them, such as writing to a log that the role may not write to, ends only the thread.
"""

import logging
from collections.abc import Callable
from typing import Any

from localstack.aws.api.stepfunctions import ExecutionFailedEventDetails

LOG = logging.getLogger(__name__)


def run(original: Callable[[Any], None], self: Any) -> None:
    """Run an execution to its end, whatever happens."""
    try:
        original(self)
    except Exception as error:
        LOG.exception("an execution ended in an error of LocalStack's own")
        if self.env is None:
            self.env = self._get_evaluation_environment()
        cause = f"{type(error).__name__}({error})"
        self.env.set_error(ExecutionFailedEventDetails(error="States.Runtime", cause=cause))
        self._execution_communication.terminated()

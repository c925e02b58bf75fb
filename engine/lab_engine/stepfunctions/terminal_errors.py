"""Keep States.ALL from matching the two errors that AWS excludes from it.

Source: "Handling errors in Step Functions workflows", under States.ALL, States.DataLimitExceeded
and States.Runtime. A Catch that names either of them catches it.
"""

from collections.abc import Callable
from typing import Any

from localstack.services.stepfunctions.asl.component.common.error_name.states_error_name import (
    StatesErrorName,
)
from localstack.services.stepfunctions.asl.component.common.error_name.states_error_name_type import (  # noqa: E501 - LocalStack's own name
    StatesErrorNameType,
)

_NOT_IN_ALL = (
    StatesErrorName(typ=StatesErrorNameType.StatesStatesDataLimitExceeded),
    StatesErrorName(typ=StatesErrorNameType.StatesRuntime),
)


def matches_error(matches: Callable[..., None], self: Any, env: Any) -> None:
    """Compare an error with the ErrorEquals of a Retry or Catch."""
    error_name = env.stack[-1]
    if error_name in _NOT_IN_ALL:
        env.stack[-1] = error_name in self.error_names
    else:
        matches(self, env)

"""Test with `IsPresent` in a Choice without an error in LocalStack's log.

That a field is absent is not an error. LocalStack notices it by an exception that it logs as ERROR:
one for each good file, so a search for a real error in `scripts/lab logs` would find these first.
"""

from typing import Any

from localstack.services.stepfunctions.asl.component.state.state_choice.comparison import variable


def read_variable(_original: object, self: Any, env: Any) -> None:
    """Read a Choice's variable; do not log an ERROR if it is absent."""
    path = self.string_sampler
    try:
        path._eval_body(env)  # what `eval` calls, without its log lines
        value = env.stack.pop()
    except Exception as missing:  # noqa: BLE001 - as LocalStack: any error means absent
        value = variable.NoSuchVariable(f"{path.literal_value}, {missing}")
    env.stack.append(value)

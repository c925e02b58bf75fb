"""Lets a Choice ask for what is absent without an error in LocalStack's log.

`IsPresent` is there to ask so, and its answer is no failure. LocalStack finds it out by an
exception that it writes down as an ERROR on its way: one for each good file, which is the first
thing that who looks for a real error in `scripts/lab logs` would find.
"""

from typing import Any

from localstack.services.stepfunctions.asl.component.state.state_choice.comparison import variable


def read_variable(_original: Any, self: Any, env: Any) -> None:
    """Read a Choice's variable; one that is absent is no ERROR in the log."""
    path = self.string_sampler
    try:
        path._eval_body(env)  # what `eval` would call, between two lines of log
        value = env.stack.pop()
    except Exception as missing:  # noqa: BLE001 - as LocalStack does: whatever it is, there is none
        value = variable.NoSuchVariable(f"{path.literal_value}, {missing}")
    env.stack.append(value)

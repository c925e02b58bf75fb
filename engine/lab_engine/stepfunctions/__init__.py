"""What Step Functions names and refuses.

LocalStack calls every failed Lambda request "Exception", so a Retry on `Lambda.*` never matches,
lets `States.ALL` match what it does not match on AWS, and starts executions whose name or input AWS
would refuse.
"""

from lab_engine.stepfunctions import (
    absent_variables,
    definitions,
    executions,
    lambda_errors,
    start_rules,
    terminal_errors,
)


def install() -> None:
    """Corrects error names, adds the missing checks, and takes false errors away."""
    lambda_errors.install()
    terminal_errors.install()
    start_rules.install()
    definitions.install()
    executions.install()
    absent_variables.install()

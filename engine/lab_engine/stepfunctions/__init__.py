"""What Step Functions names and refuses.

LocalStack calls every failed Lambda request "Exception", so a Retry on `Lambda.*` never matches,
and starts executions whose name or input AWS would refuse.
"""

from lab_engine.stepfunctions import absent_variables, executions, lambda_errors, start_rules


def install() -> None:
    """Corrects error names, adds the missing checks, and takes false errors away."""
    lambda_errors.install()
    start_rules.install()
    executions.install()
    absent_variables.install()

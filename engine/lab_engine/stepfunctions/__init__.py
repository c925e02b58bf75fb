"""What Step Functions names and refuses.

LocalStack calls every failed Lambda request "Exception", so a Retry on `Lambda.*` never matches,
and starts executions whose name or input AWS would refuse.
"""

from lab_engine.stepfunctions import executions, lambda_errors, start_rules


def install() -> None:
    """Corrects the error names, adds the missing checks, and lets a list be read in a burst."""
    lambda_errors.install()
    start_rules.install()
    executions.install()

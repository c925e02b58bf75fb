"""What Step Functions names and refuses.

LocalStack calls every failed Lambda request "Exception", so a Retry on `Lambda.*` never matches,
and starts executions whose name or input AWS would refuse.
"""

from lab_engine.stepfunctions import lambda_errors, start_rules


def install() -> None:
    """Corrects the error names and adds the missing checks."""
    lambda_errors.install()
    start_rules.install()

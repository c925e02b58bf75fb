"""What Step Functions names and refuses.

LocalStack calls every failed Lambda request "Exception", so a Retry on `Lambda.*` never matches,
lets `States.ALL` match what it does not match on AWS, and starts executions whose name or input AWS
would refuse.
"""

from lab_engine.stepfunctions import (
    absent_variables,
    asl_trees,
    definitions,
    executions,
    jsonpath_expressions,
    lambda_errors,
    metrics,
    start_rules,
    status_change_events,
    task_clients,
    terminal_errors,
)


def install() -> None:
    """Corrects error names, adds the missing checks and metrics, and saves time."""
    lambda_errors.install()
    terminal_errors.install()
    start_rules.install()
    definitions.install()
    executions.install()
    absent_variables.install()
    metrics.install()
    jsonpath_expressions.install()
    task_clients.install()
    asl_trees.install()
    status_change_events.install()

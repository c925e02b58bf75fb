"""CloudWatch metrics as AWS emits, stores and answers them.

LocalStack emits no AWS/States metric and only two of AWS/Lambda, matches dimensions by prefix (so
state machine `m` also counts `mf`), answers a percentile or an expression with InternalError, and
spends one HTTP call and one disk write on each data point. Without this the course's third alarm
and fifth widget stay empty.
"""

from lab_engine.metrics import answers, database, lambda_metrics, sqs_metrics, states_metrics


def install() -> None:
    """Completes the emission, the storage and the answers."""
    database.install()
    answers.install()
    lambda_metrics.install()
    states_metrics.install()
    sqs_metrics.install()

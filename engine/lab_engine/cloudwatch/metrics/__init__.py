"""CloudWatch metrics as AWS stores and answers them.

LocalStack matches dimensions by prefix (so state machine `m` also counts `mf`), answers a
percentile or an expression with InternalError, and spends one HTTP call and one disk write on each
data point. What a service reports stands in its own room: `metrics.py` there.
"""

from lab_engine.cloudwatch.metrics import answers, database


def install() -> None:
    """Completes the storage and the answers."""
    database.install()
    answers.install()

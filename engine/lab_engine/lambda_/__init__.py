"""Lambda: the `process` executor, which needs no Docker, and what Lambda checks and reports.

Each execution environment is one process. A burst shares few of them.
"""


def install() -> None:
    """Completes what the executor alone does not need: its metrics, and its savings."""
    # Imported late, so that what runs in a function's process can be imported without LocalStack.
    from lab_engine.lambda_ import metrics, stopping, warm_environments  # noqa: PLC0415

    metrics.install()
    warm_environments.install()
    stopping.install()

"""IAM enforcement: requests are allowed by policies only, as on AWS.

`LAB_IAM` chooses: `enforce` (the default) refuses, `log` lets everything through and says what
would be refused, `off` leaves LocalStack as it is. A teaching aid: signatures are not verified.
"""

from __future__ import annotations


def install() -> None:
    """Puts the checks into LocalStack's request chain and serves the journal."""
    # Imported late, so that the evaluator can be used and tested without LocalStack.
    from lab_engine.iam import installation  # noqa: PLC0415

    installation.install()

"""What the pipeline costs on AWS: the prices and amounts that docs/costs.md is computed from."""

from decimal import Decimal

PRICES_OF = "November 2026"
PRICES_IN = "ap-southeast-1"

USD_PER_TRANSITION = Decimal("0.025") / 1000
USD_PER_MAIL = Decimal(2) / 100_000
USD_PER_PUT = Decimal("0.005") / 1000
USD_PER_GET = Decimal("0.0004") / 1000
USD_PER_GB_MONTH = Decimal("0.025")

FREE_TRANSITIONS, FREE_MAILS, FREE_REQUESTS = 4_000, 1_000, 1_000_000
"""A month: of Step Functions, of SNS e-mail and of SQS."""

TRANSITIONS_A_FILE = 9
"""The states that a good file enters, and the start."""

PUTS_A_FILE, GETS_A_FILE = 2, 3
POLLERS = 5
"""With which Lambda asks a queue, day and night."""


def idle_requests_a_day(wait_seconds: int) -> int:
    """Return how many requests Lambda's pollers make in a day without any file.

    Args:
        wait_seconds: How long each waits for a message.
    """
    return POLLERS * (60 // wait_seconds) * 60 * 24


def usd_of_files(files: int) -> Decimal:
    """Return what so many good files cost where all free offers are used up.

    It is what S3, Step Functions and e-mail cost; requests of SQS and Lambda stay free of charge
    here, as they are far below the free million.

    Args:
        files: How many, each with one e-mail.
    """
    each = (
        TRANSITIONS_A_FILE * USD_PER_TRANSITION
        + USD_PER_MAIL
        + PUTS_A_FILE * USD_PER_PUT
        + GETS_A_FILE * USD_PER_GET
    )
    return files * each

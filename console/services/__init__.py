"""A module for each service, all alike: lists, details, and forms whose calls are shown first."""

from typing import Final

from console.service import Service
from console.services import (
    cloudwatch,
    home,
    iam,
    inbox,
    lab,
    lambda_,
    s3,
    sns,
    sqs,
    stepfunctions,
)

SERVICES: Final[tuple[Service, ...]] = (
    home.SERVICE,
    s3.SERVICE,
    iam.SERVICE,
    lambda_.SERVICE,
    sqs.SERVICE,
    stepfunctions.SERVICE,
    cloudwatch.SERVICE,
    sns.SERVICE,
    inbox.SERVICE,
    lab.SERVICE,
)
"""In the order of the navigation."""

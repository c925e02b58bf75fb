"""Which services moto answers in the lab."""

from typing import Final

from localstack import config

SERVICES: Final = ("dynamodb", "dynamodbstreams", "kinesis")
PROVIDER: Final = "moto"
"""What the provider is called where LocalStack chooses one (`PROVIDER_OVERRIDE_DYNAMODB`)."""


def choose() -> None:
    """Let moto answer the services, where the environment names no other provider."""
    for service in SERVICES:
        config.SERVICE_PROVIDER_CONFIG.set_provider_if_not_exists(service, PROVIDER)

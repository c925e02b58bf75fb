"""What stands for `localstack.aws.handlers.validation` where LocalStack validates nothing.

By default it does not check requests to its own pages against their OpenAPI description, but it
imports the libraries for that: a thirteenth of the time of all imports.
"""

from typing import Any


class OpenAPIRequestValidator:
    """Lets each request pass."""

    def __call__(self, *_: Any) -> None:
        """Do nothing."""


class OpenAPIResponseValidator:
    """Lets each answer pass."""

    def __call__(self, *_: Any) -> None:
        """Do nothing."""

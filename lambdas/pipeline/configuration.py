"""The functions' environment variables, read once at cold start."""

import os
import re

from pipeline.errors import ConfigurationError


def required_text(name: str) -> str:
    """Return the environment variable `name`.

    Raises:
        ConfigurationError: It is missing or blank; the message names it.
    """
    value = os.environ.get(name, "").strip()
    if not value:
        raise ConfigurationError(f"environment variable {name} is missing")
    return value


def optional_account(name: str) -> str | None:
    """Return the environment variable `name` as the number of an AWS account; None if not set.

    Raises:
        ConfigurationError: It is not such a number; the message names it.
    """
    value = os.environ.get(name, "").strip()
    if value and not re.fullmatch("[0-9]{12}", value):
        raise ConfigurationError(f"environment variable {name} is not an account of twelve digits")
    return value or None


def required_count(name: str) -> int:
    """Return the environment variable `name` as a whole number above zero.

    Raises:
        ConfigurationError: It is missing or not such a number; the message names it.
    """
    value = required_text(name)
    if not (value.isascii() and value.isdigit() and int(value) > 0):
        raise ConfigurationError(f"environment variable {name} is not a whole number above zero")
    return int(value)

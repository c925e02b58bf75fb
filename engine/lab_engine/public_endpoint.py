"""The address at which a browser reaches the emulator; only the launcher knows the port."""

import os

from localstack import config


def public_endpoint() -> str:
    """Return the first part of every link in a mail.

    Returns:
        `LAB_PUBLIC_ENDPOINT`, or the loopback address on the port LocalStack listens on.
    """
    configured = os.environ.get("LAB_PUBLIC_ENDPOINT", "").rstrip("/")
    return configured or f"http://127.0.0.1:{config.GATEWAY_LISTEN[0].port}"

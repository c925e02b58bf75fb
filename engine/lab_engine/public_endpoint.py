"""Where a browser reaches the emulator: only the launcher knows which port is published."""

import os

from localstack import config


def public_endpoint() -> str:
    """The base of every link put into a mail.

    Returns:
        `LAB_PUBLIC_ENDPOINT`, or the loopback address on the port LocalStack listens on.
    """
    configured = os.environ.get("LAB_PUBLIC_ENDPOINT", "").rstrip("/")
    return configured or f"http://127.0.0.1:{config.GATEWAY_LISTEN[0].port}"

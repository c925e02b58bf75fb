"""The web mailbox: Mailpit, which docker-compose.yml starts beside LocalStack if asked to."""

import os

from lab.chosen import port_in_environment

OFFICIAL_IMAGE = "axllent/mailpit:v1.34.0"
SERVICE = "mailpit"
PROFILE = "mail"
DEFAULT_PORT = 8025
INNER_PORT = "8025/tcp"
SMTP_ADDRESS = "mailpit:1025"
"""Where LocalStack reaches it; not published."""


def image_name() -> str:
    """Return the image that docker-compose.yml takes."""
    return os.environ.get("MAILPIT_IMAGE") or OFFICIAL_IMAGE


def is_asked_for() -> bool:
    """Return whether COMPOSE_PROFILES (of the shell or of `.env`) names the mailbox."""
    return PROFILE in _profiles()


def port_asked_for() -> int:
    """Return where its web page is to be published: MAILPIT_PORT, or 8025.

    Raises:
        UsageError: MAILPIT_PORT is not a port.
    """
    return port_in_environment("MAILPIT_PORT", DEFAULT_PORT)


def page(port: int) -> str:
    """Return where a browser finds it."""
    return f"http://127.0.0.1:{port}"


def compose_variables(port: int | None) -> dict[str, str]:
    """Return Compose's variables for a lab with a mailbox on this port, or (None) without one."""
    others = [profile for profile in _profiles() if profile != PROFILE]
    if port is None:
        return {"COMPOSE_PROFILES": ",".join(others)}
    return {
        "COMPOSE_PROFILES": ",".join([*others, PROFILE]),
        "MAILPIT_PORT": str(port),
        "SMTP_HOST": SMTP_ADDRESS,
        # It asks for no login; those of another mail server must not reach it.
        "SMTP_USER": "",
        "SMTP_PASS": "",
    }


def _profiles() -> list[str]:
    named = os.environ.get("COMPOSE_PROFILES", "").split(",")
    return [profile.strip() for profile in named if profile.strip()]

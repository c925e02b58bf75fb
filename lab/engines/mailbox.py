"""The web mailbox: Mailpit, which docker-compose.yml starts beside LocalStack if asked to."""

import os

from lab.errors import UsageError

OFFICIAL_IMAGE = "axllent/mailpit:v1.34.0"
SERVICE = "mailpit"
PROFILE = "mail"
DEFAULT_PORT = 8025
INNER_PORT = "8025/tcp"
SMTP_ADDRESS = "mailpit:1025"
"""Where LocalStack reaches it; not published."""

_HIGHEST_PORT = 65535


def image_name() -> str:
    """The image docker-compose.yml takes."""
    return os.environ.get("MAILPIT_IMAGE") or OFFICIAL_IMAGE


def is_asked_for() -> bool:
    """Whether COMPOSE_PROFILES (of the shell or of `.env`) has the mailbox in it."""
    return PROFILE in _profiles()


def meant_port() -> int:
    """Where its web page is published: MAILPIT_PORT, or 8025.

    Raises:
        UsageError: a port that is none.
    """
    named = os.environ.get("MAILPIT_PORT") or str(DEFAULT_PORT)
    if not named.isdecimal() or not 1 <= int(named) <= _HIGHEST_PORT:
        raise UsageError(f"MAILPIT_PORT is {named!r}, but a port is a number such as 8025.")
    return int(named)


def page(port: int) -> str:
    """Where a browser finds it."""
    return f"http://127.0.0.1:{port}"


def compose_variables(port: int | None) -> dict[str, str]:
    """What Compose must be told for a lab with a mailbox on this port, or (None) without one."""
    others = [profile for profile in _profiles() if profile != PROFILE]
    if port is None:
        return {"COMPOSE_PROFILES": ",".join(others)}
    return {
        "COMPOSE_PROFILES": ",".join([*others, PROFILE]),
        "MAILPIT_PORT": str(port),
        "SMTP_HOST": SMTP_ADDRESS,
        # It asks for no login; those of another mail server are none of its business.
        "SMTP_USER": "",
        "SMTP_PASS": "",
    }


def _profiles() -> list[str]:
    named = os.environ.get("COMPOSE_PROFILES", "").split(",")
    return [profile.strip() for profile in named if profile.strip()]

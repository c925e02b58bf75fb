"""What LocalStack and the provisioner need in their environment: the one list, however it runs."""

import os
from collections.abc import Mapping
from pathlib import Path

from lab.paths import REPOSITORY

REQUIRED: dict[str, str] = {
    # Functions run as processes of the plugin in engine/, so that no Docker is needed.
    "LAMBDA_RUNTIME_EXECUTOR": "process",
    # Nothing leaves this machine, and nothing is fetched at the start.
    "DISABLE_EVENTS": "1",
    "SKIP_SSL_CERT_DOWNLOAD": "1",
    # Queue URLs carry the host they were asked for, not a public DNS name.
    "SQS_ENDPOINT_STRATEGY": "dynamic",
}
"""What any LocalStack with the plugin needs."""

QUEUE_POLLING: dict[str, str] = {
    "LAMBDA_EVENT_SOURCE_MAPPING_POLL_INTERVAL_SEC": "0.01",
    "LAMBDA_EVENT_SOURCE_MAPPING_MAX_BACKOFF_ON_EMPTY_POLL_SEC": "1",
}
"""Without these the queue poller sleeps a second after each batch and up to ten when idle."""

LOCALSTACK: dict[str, str] = {
    **REQUIRED,
    **QUEUE_POLLING,
    # Services call each other inside the process instead of by HTTP: a fifth of the time of a file.
    "IN_MEMORY_CLIENT": "1",
}
"""What the lab's LocalStack is started with, however it is started."""

ON_THIS_MACHINE: dict[str, str] = {
    # It is not in a container, and resolves no names for one.
    "OVERRIDE_IN_DOCKER": "0",
    "DNS_ADDRESS": "0",
    "PYTHONDONTWRITEBYTECODE": "1",
}
"""What a LocalStack needs that is a process of this machine."""

QUICK_LOCALSTACK: dict[str, str] = {
    # AWS waits one minute before the second attempt at an asynchronous event, two before the third.
    "LAMBDA_RETRY_BASE_DELAY": "2",
}
"""What profile quick shortens in LocalStack itself."""

CHOSEN_BY_THE_USER = "LAB_"
OF_THE_COMMAND_LINE = ("LAB_LANG", "LAB_CONSOLE")
"""Variables with this prefix reach the provisioner as they are (LAB_STUDENT, LAB_EMAIL ...)."""

PERSIST = "LAB_PERSIST"
"""Whether a lab keeps its cloud over a stop: on or off."""

TAKEN_UP_AT_THE_START = {
    "LAB_IAM": "enforce",
    "LAB_FIDELITY": "on",
    "LAB_CONFIRM_EMAIL": "",
    "LAB_EMPTY": "off",
    "LAB_COURSE_KEY": "",
    PERSIST: "on",
    "LAB_ALLOWED_ORIGINS": "",
    "LAB_ALLOWED_HOSTS": "localstack,host.docker.internal",
    "SMTP_HOST": "",
    "SMTP_USER": "",
    "SMTP_PASS": "",
}
"""What LocalStack reads once, with what counts where it is not set (as in docker-compose.yml)."""


def keeps_its_cloud(variables: Mapping[str, str]) -> bool:
    """Return whether a lab with these variables saves its cloud, and brings it back."""
    return (variables.get(PERSIST) or TAKEN_UP_AT_THE_START[PERSIST]) == "on"


def localstack_settings(profile: str) -> dict[str, str]:
    """Return LocalStack's own variables under a profile."""
    return {**LOCALSTACK, **QUICK_LOCALSTACK} if profile == "quick" else LOCALSTACK


def read_env_file(file: Path = REPOSITORY / ".env") -> None:
    """Take up the settings in `.env`, which Compose reads too; a variable of the shell comes first.

    Without this a container would be provisioned by `.env` and looked at without it.
    """
    if file.exists():
        from dotenv import load_dotenv

        load_dotenv(file, override=False)


def lab_settings(profile: str, environ: Mapping[str, str] = os.environ) -> dict[str, str]:
    """Return the LAB_* variables of a lab: the user's own, with the profile asked for.

    The language is that of a command, and the console a program beside it: none of a lab's.
    """
    chosen = {
        name: value
        for name, value in environ.items()
        if name.startswith(CHOSEN_BY_THE_USER) and not name.startswith(OF_THE_COMMAND_LINE)
    }
    return {**chosen, "LAB_PROFILE": profile}


def set_otherwise(running: Mapping[str, str], environ: Mapping[str, str] = os.environ) -> list[str]:
    """Return the variables that are set now to something a running lab was not started with.

    Args:
        running: What LocalStack was started with.
        environ: What is set now.
    """
    changed = []
    for name, default in TAKEN_UP_AT_THE_START.items():
        now = environ.get(name)
        if now and now != (running.get(name) or default):
            changed.append(name)
    return changed

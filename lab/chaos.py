"""Faults on demand in a running lab: the engine's fault switch, and the queue poller's own."""

import time
from typing import Any

from lab.advice import command
from lab.cloud import Cloud
from lab.emulator import TIMEOUT_S, bypass_proxies, delete_page, get_page
from lab.errors import LabError, UsageError

PAGE = "/_lab/faults"
POLLER_LIMIT_S = 40
POLL_S = 0.2


def read_faults(cloud: Cloud) -> list[dict[str, Any]]:
    """The faults of an account, those that are over too, oldest first."""
    page = get_page(cloud.endpoint, PAGE, {"account": cloud.account})
    faults: list[dict[str, Any]] = page["faults"]
    return faults


def switch_on(cloud: Cloud, fault: dict[str, Any]) -> dict[str, Any]:
    """Switch a fault on, in this account only.

    Args:
        cloud: the account.
        fault: `kind` and `target`; `operation`, `role`, `at`, `delay`, `calls`, `seconds` where
            they are meant.

    Raises:
        UsageError: there can be no such fault; the engine says why in one line.
    """
    import requests

    bypass_proxies()
    wanted = {name: value for name, value in fault.items() if value is not None}
    wanted["account"] = cloud.account
    answer = requests.post(cloud.endpoint + PAGE, json=wanted, timeout=TIMEOUT_S)
    if answer.status_code == requests.codes.bad_request:
        raise UsageError(f"{answer.json()['error']}. See: scripts/lab chaos on --help")
    answer.raise_for_status()
    switched: dict[str, Any] = answer.json()
    return switched


def switch_off(cloud: Cloud, fault_id: str | None = None) -> None:
    """Switch one fault of an account off, or all.

    Raises:
        UsageError: there is no fault of this id.
    """
    import requests

    try:
        delete_page(
            cloud.endpoint,
            PAGE if fault_id is None else f"{PAGE}/{fault_id}",
            {"account": cloud.account},
        )
    except requests.HTTPError as error:
        if error.response.status_code != requests.codes.not_found:
            raise
        raise UsageError(f"There is no fault {fault_id}. See: {command('chaos list')}") from error


def poller_state(cloud: Cloud) -> str:
    """`Enabled`, `Disabled`, or on its way to one of them."""
    return str(_mapping(cloud)["State"])


def set_poller(cloud: Cloud, *, enabled: bool) -> None:
    """Let the queue poller work or stand still, by Lambda's own means, and wait until it does.

    Raises:
        LabError: it did not in time.
    """
    wanted = "Enabled" if enabled else "Disabled"
    if poller_state(cloud) == wanted:
        return
    client = cloud.client("lambda")
    client.update_event_source_mapping(UUID=_mapping(cloud)["UUID"], Enabled=enabled)
    deadline = time.monotonic() + POLLER_LIMIT_S
    while poller_state(cloud) != wanted:
        if time.monotonic() > deadline:
            raise LabError(f"The queue poller is {poller_state(cloud)}, not yet {wanted}.")
        time.sleep(POLL_S)


def _mapping(cloud: Cloud) -> dict[str, Any]:
    from provision.settings import CSV_PROCESSOR

    mappings = cloud.client("lambda").list_event_source_mappings(FunctionName=CSV_PROCESSOR)
    found: dict[str, Any] = mappings["EventSourceMappings"][0]
    return found

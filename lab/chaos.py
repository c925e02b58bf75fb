"""Faults on demand in a running lab: the plugin's fault switch, and the queue poller's own."""

from typing import Any

from lab.advice import command
from lab.errors import LabError, UsageError
from lab.language import say, say_kept
from lab.pages import TIMEOUT_SECONDS, bypass_proxies, delete_page, get_page
from lab.running import RunningLab
from provision.waiting import Polling

PAGE = "/_lab/faults"
POLLER_LIMIT_SECONDS = 40
POLL_SECONDS = 0.2


def read_faults(lab: RunningLab) -> list[dict[str, Any]]:
    """Return the faults of an account, those that are over too, oldest first."""
    page = get_page(lab.endpoint, PAGE, {"account": lab.account})
    faults: list[dict[str, Any]] = page["faults"]
    return faults


def switch_on(lab: RunningLab, fault: dict[str, Any]) -> dict[str, Any]:
    """Switch a fault on, in this account only.

    Args:
        lab: The account.
        fault: `kind` and `target`; `operation`, `role`, `at`, `delay`, `calls`, `seconds` where
            they are wanted.

    Raises:
        UsageError: There can be no such fault; the plugin says why in one line.
    """
    import requests

    bypass_proxies()
    wanted = {name: value for name, value in fault.items() if value is not None}
    wanted["account"] = lab.account
    answer = requests.post(lab.endpoint + PAGE, json=wanted, timeout=TIMEOUT_SECONDS)
    if answer.status_code == requests.codes.bad_request:
        told = answer.json()
        refusal = say_kept(told["sentence"], told["facts"])
        raise UsageError(say("{refusal}. See: scripts/lab chaos on --help", refusal=refusal))
    answer.raise_for_status()
    switched: dict[str, Any] = answer.json()
    return switched


def switch_off(lab: RunningLab, fault_id: str | None = None) -> None:
    """Switch one fault of an account off, or all.

    Raises:
        UsageError: There is no fault of this id.
    """
    import requests

    try:
        delete_page(
            lab.endpoint,
            PAGE if fault_id is None else f"{PAGE}/{fault_id}",
            {"account": lab.account},
        )
    except requests.HTTPError as error:
        if error.response.status_code != requests.codes.not_found:
            raise
        told = say(
            "There is no fault {number}. See: {list}",
            number=fault_id,
            list=command("chaos list"),
        )
        raise UsageError(told) from error


def poller_state(lab: RunningLab) -> str | None:
    """Return `Enabled`, `Disabled`, or what is in between; None where nothing polls yet."""
    mapping = _mapping(lab)
    return str(mapping["State"]) if mapping else None


def set_poller(lab: RunningLab, *, enabled: bool) -> None:
    """Switch the queue poller on or off by Lambda's own API, and wait until it is.

    Raises:
        LabError: There is none in this account, or it was not in time.
    """
    from provision.settings import CSV_PROCESSOR

    wanted = "Enabled" if enabled else "Disabled"
    mapping = _mapping(lab)
    if mapping is None:
        raise LabError(
            say(
                "Nothing polls a queue for {function} in account {account} yet: it has no event "
                "source mapping.",
                function=CSV_PROCESSOR,
                account=lab.account,
            )
        )
    if mapping["State"] == wanted:
        return
    client = lab.client("lambda")
    client.update_event_source_mapping(UUID=mapping["UUID"], Enabled=enabled)
    for _ in Polling(within=POLLER_LIMIT_SECONDS, every=POLL_SECONDS):
        state = poller_state(lab)
        if state == wanted:
            return
    raise LabError(
        say("The queue poller is {state}, not yet {wanted}.", state=state, wanted=wanted)
    )


def _mapping(lab: RunningLab) -> dict[str, Any] | None:
    from provision.settings import CSV_PROCESSOR

    mappings = lab.client("lambda").list_event_source_mappings(FunctionName=CSV_PROCESSOR)
    found: list[dict[str, Any]] = mappings["EventSourceMappings"]
    return found[0] if found else None

"""LocalStack's own pages, the ones AWS does not have: readiness, mails, a peek into a queue."""

import os
from typing import Any

CLOCK_PATH = "/_lab/clock"
TIMEOUT_SECONDS = 5
POST_TIMEOUT_SECONDS = 60


def bypass_proxies() -> None:
    """Keep traffic to this machine off any proxy the user's environment names."""
    for name in ("NO_PROXY", "no_proxy"):
        listed = [part for part in os.environ.get(name, "").split(",") if part]
        os.environ[name] = ",".join(dict.fromkeys([*listed, "127.0.0.1", "localhost"]))


def get_page(
    endpoint: str,
    path: str,
    params: dict[str, str] | None = None,
    *,
    timeout_seconds: float = TIMEOUT_SECONDS,
) -> Any:
    """Read one of LocalStack's own pages as JSON.

    Raises:
        requests.RequestException: Nobody answers, or not with JSON.
    """
    import requests

    bypass_proxies()
    answer = requests.get(
        endpoint + path,
        params=params,
        headers={"Accept": "application/json"},
        timeout=timeout_seconds,
    )
    answer.raise_for_status()
    return answer.json()


def delete_page(endpoint: str, path: str, params: dict[str, str] | None = None) -> None:
    """Empty one of LocalStack's own pages.

    Raises:
        requests.RequestException: Nobody answers, or there is no such page.
    """
    import requests

    bypass_proxies()
    requests.delete(endpoint + path, params=params, timeout=TIMEOUT_SECONDS).raise_for_status()


def post_page(endpoint: str, path: str, body: dict[str, str]) -> Any:
    """Post to one of LocalStack's own pages and read its answer, errors included.

    Raises:
        requests.RequestException: Nobody answers, or not with JSON.
    """
    import requests

    bypass_proxies()
    return requests.post(endpoint + path, json=body, timeout=POST_TIMEOUT_SECONDS).json()

"""The rules: whose request is answered. Headers in, verdict out; no server in here.

Three kinds of caller send requests to a port of this machine:

- **A tool** (an SDK, curl, a function). Everything is answered. A browser cannot pass for one: it
  always sends `User-Agent: Mozilla/...`, and a page cannot change that without a preflight.
- **A page of an allowed origin** (`LAB_ALLOWED_ORIGINS`). Everything is answered.
- **Any other page, or a person with a browser.** It may open something and look at it: a GET as the
  top-level document, without an `Action`, which in AWS's query protocol changes things by GET. What
  is opened is put into a sandbox: without scripts, with an origin of its own, so that an HTML
  object in a bucket can do nothing in the lab's name. The links in mails are such GETs.

Not even the lab's own origin is allowed more: whatever lies in a bucket is served from there. And
whatever a request is, its Host must be a name of this lab: an attacker's page has another name,
also where that name was made to lead to 127.0.0.1 (DNS rebinding).

See https://www.w3.org/TR/fetch-metadata/ for `Sec-Fetch-*`, which browsers send to 127.0.0.1,
localhost and every HTTPS address. To a plain HTTP address by another name they do not, so there
nobody can tell what a browser's request is, and it is refused.
"""

import ipaddress
import re
from collections.abc import Callable, Iterable
from enum import Enum
from functools import lru_cache
from urllib.parse import parse_qs, urlsplit

ALLOWED_ORIGINS = "LAB_ALLOWED_ORIGINS"
ALLOWED_HOSTS = "LAB_ALLOWED_HOSTS"

Header = Callable[[str], str | None]
"""Gives a request's header by its name, or None."""

READING_METHODS = frozenset({"GET", "HEAD"})

OWN_NAMES = frozenset({"localhost", "localhost.localstack.cloud"})
"""Names that always lead to this machine, the second by LocalStack's own DNS entry."""

OWN_DOMAINS = tuple(f".{name}" for name in OWN_NAMES)
"""S3 puts the bucket in front, as other services do with an id: `bucket.s3.localhost`."""

_HOST = re.compile(r"(?P<name>\[[0-9a-f:.]+\]|[^\s\[\]/@:]+?)\.?(?::\d{1,5})?", re.IGNORECASE)
_ORIGIN = re.compile(r"https?://(?:\[[0-9a-f:.]+\]|[^\s\[\]/@:?#*,]+)(?::\d{1,5})?")


class Verdict(Enum):
    """What happens to a request."""

    ANSWER = "answered"
    SHOW = "answered in a sandbox"
    FOREIGN_HOST = "refused: the Host is not one of the lab's"
    FOREIGN_PAGE = "refused: it comes from a web page that is not allowed"


class SettingError(ValueError):
    """A setting of the gate holds what it cannot use."""


class Rules:
    """The rules of one lab.

    Args:
        hosts: names of the lab beside those that every lab has.
        origins: whose pages may do everything, such as `http://localhost:3000`.

    Raises:
        SettingError: an origin or a host is not one.
    """

    def __init__(self, hosts: Iterable[str] = (), origins: Iterable[str] = ()) -> None:
        self.origins = frozenset(map(_checked_origin, origins))
        self._hosts = OWN_NAMES | frozenset(map(_checked_host, hosts))
        # Hosts repeat from request to request. Bounded, since strangers choose what stands there.
        self.knows_host = lru_cache(maxsize=256)(self._knows_host)

    def judge(self, method: str, uri: str, header: Header, address: str) -> Verdict:
        """Decide about one request by what stands in its head.

        Args:
            method: such as `GET`.
            uri: path and query as they were sent.
            header: the request's headers.
            address: of this machine, where the connection came in.

        Returns:
            What happens to it.
        """
        host = header("Host") or ""
        if not self.knows_host(host, address):
            return Verdict.FOREIGN_HOST
        if not comes_from_a_browser(header):
            return Verdict.ANSWER
        origin = header("Origin")
        if origin is not None:
            return Verdict.ANSWER if origin in self.origins else Verdict.FOREIGN_PAGE
        if method not in READING_METHODS or _names_an_action(uri):
            return Verdict.FOREIGN_PAGE
        if self._is_shown_by_an_allowed_page(header, host):
            return Verdict.ANSWER
        return Verdict.SHOW if _opens_a_document(header) else Verdict.FOREIGN_PAGE

    def _knows_host(self, host: str, address: str) -> bool:
        name = _name_of(host)
        if name is None:
            return False
        if name in self._hosts or name.endswith(OWN_DOMAINS):
            return True
        try:
            literal = ipaddress.ip_address(name.strip("[]"))
        except ValueError:
            return False
        # No DNS entry can make a page be at an address that is not its own. A container has one
        # beside the loopback address, and other containers use it.
        return literal.is_loopback or str(literal) == address

    def _is_shown_by_an_allowed_page(self, header: Header, host: str) -> bool:
        """Whether an image, a script or the like belongs to an allowed page, or is that page.

        Browsers name no Origin for those, but they say which page asks, and the page cannot lie.
        """
        if not self.origins:
            return False
        page = urlsplit(header("Referer") or "")
        sources = {f"{page.scheme}://{page.netloc}", f"http://{host}", f"https://{host}"}
        return not self.origins.isdisjoint(sources)


def comes_from_a_browser(header: Header) -> bool:
    """Whether a browser sent it, for a page or for a person.

    Not by `Sec-Fetch-Mode`: Node's fetch sends that one too. PowerShell calls itself Mozilla.
    """
    if header("Origin") is not None or header("Sec-Fetch-Site") is not None:
        return True
    agent = header("User-Agent") or ""
    return agent.startswith("Mozilla/") and "PowerShell/" not in agent


def split_list(text: str) -> list[str]:
    """The entries of a setting that is a list with commas."""
    return [each for each in (part.strip() for part in text.split(",")) if each]


def _opens_a_document(header: Header) -> bool:
    """A tab or a window, not a frame within a page, an image or a fetch."""
    return header("Sec-Fetch-Mode") == "navigate" and header("Sec-Fetch-Dest") == "document"


def _names_an_action(uri: str) -> bool:
    _, _, query = uri.partition("?")
    return "Action" in parse_qs(query, keep_blank_values=True)


def _name_of(host: str) -> str | None:
    found = _HOST.fullmatch(host)
    return found["name"].lower() if found else None


def _checked_host(text: str) -> str:
    name = _name_of(text)
    if name is None or "*" in name:
        message = f"{ALLOWED_HOSTS} is a list of host names such as localstack, not {text!r}"
        raise SettingError(message)
    return name


def _checked_origin(text: str) -> str:
    origin = text.rstrip("/").lower()
    if _ORIGIN.fullmatch(origin) is None:
        message = (
            f"{ALLOWED_ORIGINS} is a list of origins such as http://localhost:3000, not {text!r}"
        )
        raise SettingError(message)
    return origin

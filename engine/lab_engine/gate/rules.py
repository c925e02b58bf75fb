"""The rules: which requests are answered. They read headers and return a verdict.

Three kinds of caller send requests to a port of this machine:

- **A tool** (an SDK, curl, a function). Everything is answered. A browser cannot imitate one: it
  always sends `User-Agent: Mozilla/...`, and a page cannot change that without a preflight.
- **A page of an allowed origin** (`LAB_ALLOWED_ORIGINS`). Everything is answered.
- **Any other page, or a person with a browser.** It may open something and look at it: a GET as the
  top-level document, without an `Action`, which in AWS's query protocol changes things by GET. What
  is opened is put into a sandbox: without scripts, with an origin of its own, so that an HTML
  object in a bucket can do nothing in the lab's name. The links in mails are such GETs.

The lab's own origin is not allowed more, because objects in buckets are served from it. And the
Host of every request must be a name of this lab: an attacker's page has another name, even if DNS
leads that name to 127.0.0.1 (DNS rebinding).

One question of any page is passed on, a preflight to S3: it changes nothing, and the bucket's CORS
rules answer it as on AWS (`preflights.py`). What the page sends afterwards is judged as above.

See https://www.w3.org/TR/fetch-metadata/ for `Sec-Fetch-*`, which browsers send to 127.0.0.1,
localhost and every HTTPS address. They do not send it to a plain HTTP address with another name, so
a browser's request to such an address is refused.
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
"""Returns a request's header by its name, or None."""

READING_METHODS = frozenset({"GET", "HEAD"})

OWN_NAMES = frozenset({"localhost", "localhost.localstack.cloud"})
"""Names that always mean this machine; the second has a public DNS entry of LocalStack."""

_HOST = re.compile(r"(?P<name>\[[0-9a-f:.]+\]|[^\s\[\]/@:]+?)\.?(?::\d{1,5})?", re.IGNORECASE)
_ORIGIN = re.compile(r"https?://(?:\[[0-9a-f:.]+\]|[^\s\[\]/@:?#*,]+)(?::\d{1,5})?")


class Verdict(Enum):
    """What happens to a request."""

    ANSWER = "answered"
    SHOW = "answered in a sandbox"
    FOREIGN_HOST = "refused: the Host is not one of the lab's"
    FOREIGN_PAGE = "refused: it comes from a web page that is not allowed"


class SettingError(ValueError):
    """A setting of the gate cannot be used."""


class Rules:
    """The rules of one lab.

    Args:
        hosts: Names of the lab, in addition to those that every lab has; with what has such a name
            behind a dot, as `bucket.localstack`.
        origins: Origins whose pages may do everything, such as `http://localhost:3000`.

    Raises:
        SettingError: An entry is not an origin, or not a host.
    """

    def __init__(self, hosts: Iterable[str] = (), origins: Iterable[str] = ()) -> None:
        self.origins = frozenset(map(_checked_origin, origins))
        self._hosts = OWN_NAMES | frozenset(map(_checked_host, hosts))
        # S3 writes the bucket before the name, other services an id: `bucket.s3.localhost`.
        self._domains = tuple(f".{name}" for name in self._hosts)
        # Hosts repeat from request to request. Bounded, because strangers choose the header.
        self.knows_host = lru_cache(maxsize=256)(self._knows_host)

    def judge(self, method: str, uri: str, header: Header, address: str) -> Verdict:
        """Decide about one request by its method, its URI and its headers.

        Args:
            method: Such as `GET`.
            uri: Path and query as they were sent.
            header: The request's headers.
            address: The address of this machine at which the connection arrived.

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
        if name in self._hosts or name.endswith(self._domains):
            return True
        try:
            literal = ipaddress.ip_address(name.strip("[]"))
        except ValueError:
            return False
        # A page cannot choose an IP address as its Host, as it can a DNS name. A container has an
        # address besides the loopback one, and other containers use it.
        return literal.is_loopback or str(literal) == address

    def _is_shown_by_an_allowed_page(self, header: Header, host: str) -> bool:
        """Tell whether an image, a script or the like belongs to an allowed page, or is that page.

        Browsers send no Origin for those, but a Referer, which the page cannot forge.
        """
        if not self.origins:
            return False
        page = urlsplit(header("Referer") or "")
        sources = {f"{page.scheme}://{page.netloc}", f"http://{host}", f"https://{host}"}
        return not self.origins.isdisjoint(sources)


def comes_from_a_browser(header: Header) -> bool:
    """Tell whether a browser sent it, for a page or for a person.

    `Sec-Fetch-Mode` does not tell: Node's fetch sends it too. PowerShell calls itself Mozilla.
    """
    if header("Origin") is not None or header("Sec-Fetch-Site") is not None:
        return True
    agent = header("User-Agent") or ""
    return agent.startswith("Mozilla/") and "PowerShell/" not in agent


def split_list(text: str) -> list[str]:
    """Return the entries of a setting that is a comma-separated list."""
    return [each for each in (part.strip() for part in text.split(",")) if each]


def _opens_a_document(header: Header) -> bool:
    """Tell whether the request is for a tab or a window, not a frame, an image or a fetch."""
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

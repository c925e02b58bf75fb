"""Every page of the console: those of each service, and those that their links lead to."""

import re
from collections import Counter
from collections.abc import Iterator
from urllib.parse import parse_qs, urlsplit

from playwright.sync_api import Page, expect

from console.services import SERVICES
from tests.console.conftest import Console

ALIKE = 3
"""As many pages of one kind are opened."""


def every_page(tab: Page, console: Console, account: str) -> Iterator[str]:
    """Open one page after the other in a tab; the path of each, once it shows what it found."""
    here = f"{console.address}/{account}/"
    waiting = [f"{console.url(service.id, account)}" for service in SERVICES]
    seen: set[str] = set()
    opened: Counter[str] = Counter()
    while waiting:
        address = waiting.pop(0)
        kind = kind_of(address)
        if address in seen or opened[kind] >= ALIKE:
            continue
        seen.add(address)
        opened[kind] += 1
        tab.goto(address)
        expect(tab.get_by_role("heading", level=1)).to_be_visible()
        # What a page still waits for turns; what it shows afterwards may have links.
        expect(tab.locator(".q-spinner:visible")).to_have_count(0)
        found = tab.eval_on_selector_all("a[href]", "links => links.map(link => link.href)")
        waiting += [link.partition("#")[0] for link in found if link.startswith(here)]
        yield address.removeprefix(here)


def kind_of(address: str) -> str:
    """What pages have in common that differ only in what they are about."""
    parts = urlsplit(address)
    return f"{re.sub('[^/]+/[^/]+/', '', parts.path[1:], count=1)}?{sorted(parse_qs(parts.query))}"

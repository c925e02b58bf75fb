"""Real Chromium, and a web site on this machine to point it at."""

import contextlib
import functools
import shutil
import threading
from collections.abc import Iterator, Mapping
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, sync_playwright

from tests.engine.plain import NOT_RUN

PAGES = Path(__file__).parent / "pages"
PROGRAMS = ("chromium", "chromium-browser", "google-chrome")
HOW_TO_GET_IT = (
    f"{NOT_RUN}: there is no Chromium here, so no hostile page was played. Debian: "
    "sudo apt-get install --no-install-recommends chromium; elsewhere Google Chrome will do"
)
QUIET = (
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
    "--disable-gpu",
    "--disable-quic",
)
"""It asks nobody outside for anything."""

EVIL = "evil.example"
REBOUND = "rebound.example"
HERE_BY_DNS = (EVIL, REBOUND, "localhost.localstack.cloud")
"""Names that lead to this machine: their owners could have said so in DNS, and one has."""


@contextlib.contextmanager
def chromium() -> Iterator[Browser]:
    """A browser with an empty profile; skips the test where there is none."""
    program = next(filter(None, map(shutil.which, PROGRAMS)), None)
    if program is None:
        pytest.skip(HOW_TO_GET_IT)
    names = ", ".join(f"MAP {name} 127.0.0.1" for name in HERE_BY_DNS)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=program, args=[*QUIET, f"--host-resolver-rules={names}"]
        )
        try:
            yield browser
        finally:
            browser.close()


@contextlib.contextmanager
def web_site(port: int, pages: Mapping[str, str]) -> Iterator[None]:
    """Serves `pages/`, and more pages by their path, under every name of this machine."""

    class Site(SimpleHTTPRequestHandler):
        def do_GET(self) -> None:
            text = pages.get(self.path)
            if text is None:
                super().do_GET()
                return
            self.send_response(200)
            self.send_header("Content-Type", "text/html; charset=utf-8")
            self.end_headers()
            self.wfile.write(text.encode())

        def log_message(self, *_args: Any) -> None:
            pass

    handler = functools.partial(Site, directory=str(PAGES))
    with ThreadingHTTPServer(("127.0.0.1", port), handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield
        server.shutdown()

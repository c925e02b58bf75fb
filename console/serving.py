"""The console as a server: its addresses, what is before them, and how long it runs."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Final

import uvicorn
from fastapi import FastAPI, Request
from fastapi.responses import RedirectResponse, Response
from nicegui import app as pages
from nicegui import ui

from console.cloud import Endpoint
from console.errors import explained
from console.frame import ACCOUNT, frame
from console.gate import Gate
from console.language import Language, chosen_language
from console.page import Page
from console.services import SERVICES

if TYPE_CHECKING:
    from collections.abc import Mapping

ABOUT: Final = "/about"
"""Who asks whether this is the console of a lab, such as `scripts/lab`, asks here."""

GRACE_SECONDS: Final = 1
"""How long open pages may keep the process when it is asked to end."""

_STYLE: Final = Path(__file__).with_name("style.css")
_SERVICES: Final = {service.id: service for service in SERVICES}


@dataclass(frozen=True)
class Options:
    """What the console was started with.

    Args:
        endpoint: The AWS endpoint.
        public_endpoint: Where a browser finds it: in a container the lab has another name.
        address: Where the console listens: on loopback, but in a container, which is published
            on loopback only.
        port: Where it listens, and by which browsers reach it.
        region: Where a visitor begins.
        accounts: Accounts to switch to, each with what it is for; a visitor begins in the first.
        read_only: Whether it may only look.
        language: For visitors who have not chosen; None leaves it to their browser.
    """

    endpoint: str
    public_endpoint: str
    address: str
    port: int
    region: str
    accounts: Mapping[str, str]
    read_only: bool = False
    language: Language | None = None


def serve(options: Options) -> None:
    """Serve the console until the process is asked to end."""
    uvicorn.run(
        application(options),
        host=options.address,
        port=options.port,
        log_level="warning",
        timeout_graceful_shutdown=GRACE_SECONDS,
    )


def application(options: Options) -> Gate:
    """Return the console as an ASGI application, the gate before all of it."""
    endpoint = Endpoint(options.endpoint, options.read_only, options.public_endpoint)
    _add_pages(options, endpoint)
    server = FastAPI(openapi_url=None)
    ui.run_with(server, title="Console", favicon="🟧", tailwind=False, show_welcome_message=False)
    return Gate(server, options.port)


def _tell(page: Page, error: Exception) -> None:
    """Say in one sentence why a click did nothing."""
    told = explained(error, page.cloud.endpoint.url)
    with page.overlay:
        ui.notify(page.explain(told), type="negative", multi_line=True)


def _add_pages(options: Options, endpoint: Endpoint) -> None:
    first = f"/{next(iter(options.accounts))}/{options.region}/{SERVICES[0].id}"
    pages.add_static_file(local_file=_STYLE, url_path="/style.css")
    ui.add_head_html('<link rel="stylesheet" href="/style.css">', shared=True)

    @pages.get(ABOUT)
    def about() -> dict[str, str]:
        return {"console_of": options.public_endpoint}

    @ui.page("/")
    def home() -> Response:
        return RedirectResponse(first)

    @ui.page("/{account}/{region}/{service}")
    def first_page(request: Request, account: str, region: str, service: str) -> Response | None:
        return draw(request, account, region, service, "")

    @ui.page("/{account}/{region}/{service}/{name}")
    def other_page(
        request: Request, account: str, region: str, service: str, name: str
    ) -> Response | None:
        return draw(request, account, region, service, name)

    def draw(
        request: Request, account: str, region: str, service: str, name: str
    ) -> Response | None:
        known = _SERVICES.get(service)
        shown = known.pages.get(name) if known else None
        if shown is None or known is None or not ACCOUNT.fullmatch(account):
            return RedirectResponse(first)
        language = chosen_language(
            request.cookies.get("console_language"),
            request.headers.get("accept-language", ""),
            options.language,
        )
        page = Page(endpoint.cloud(account, region), language, service, dict(request.query_params))
        ui.on_exception(lambda error: _tell(page, error))
        ui.page_title(f"{known.name} · Console")
        ui.query("html").props(f"lang={language}")
        frame(
            page,
            SERVICES,
            dict(options.accounts),
            dark=request.cookies.get("console_dark") == "yes",
        )
        with ui.column().classes("page").props("role=main"):
            shown(page)
        return None

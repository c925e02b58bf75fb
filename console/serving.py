"""The console as a server: its addresses, what is before them, and how long it runs."""

import gc
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import uvicorn
from fastapi import FastAPI, Request
from fastapi.responses import RedirectResponse, Response
from nicegui import PageArguments, ui
from nicegui import app as pages

from console.cloud import Endpoint
from console.errors import explained
from console.frame import ACCOUNT, Frame
from console.gate import Gate
from console.lab import Lab
from console.language import Language, chosen_language
from console.page import Page
from console.parts.panel import View
from console.service import Service
from console.services import SERVICES
from console.telling import load_teller

ABOUT: Final = "/about"
"""Who asks whether this is the console of a lab, such as `scripts/lab`, asks here."""

RECONNECT_SECONDS: Final = 30
"""How long a tab that says nothing is waited for, with the form that is open in it: a browser that
draws a large picture on a busy machine is silent for a while, and is no visitor who left."""

GRACE_SECONDS: Final = 1
"""How long open pages may keep the process when it is asked to end."""

_STYLE: Final = Path(__file__).with_name("style.css")
_SCRIPTS: Final = ("graphs.js", "keys.js", "lines.js", "map.js", "seen.js")


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
        lab: What the lab told the console that it starts; None for any other console.
    """

    endpoint: str
    public_endpoint: str
    address: str
    port: int
    region: str
    accounts: Mapping[str, str]
    read_only: bool = False
    language: Language | None = None
    lab: Lab | None = None


def serve(options: Options) -> None:
    """Serve the console until the process is asked to end."""
    console = application(options)
    gc.freeze()  # what was imported stays: it need not be looked through again and again
    gc.enable()
    uvicorn.run(
        console,
        host=options.address,
        port=options.port,
        log_level="warning",
        timeout_graceful_shutdown=GRACE_SECONDS,
    )


def application(options: Options) -> Gate:
    """Return the console as an ASGI application, the gate before all of it."""
    endpoint = Endpoint(
        options.endpoint,
        options.read_only,
        options.public_endpoint,
        options.lab,
        load_teller(options.lab.teller if options.lab else None),
    )
    _add_pages(options, endpoint)
    server = FastAPI(openapi_url=None)
    ui.run_with(
        server,
        reconnect_timeout=RECONNECT_SECONDS,
        title="Console",
        favicon="🟧",
        tailwind=False,
        show_welcome_message=False,
    )
    return Gate(server, options.port)


def _tell(page: Page, error: Exception) -> None:
    """Say in one sentence why a click did nothing."""
    told = explained(error, page.cloud.endpoint.url)
    with page.overlay:
        ui.notify(page.explain(told), type="negative", multi_line=True)


def _add_pages(options: Options, endpoint: Endpoint) -> None:
    services, panel = _services(options)
    first = f"/{next(iter(options.accounts))}/{options.region}/{SERVICES[0].id}"
    pages.add_static_file(local_file=_STYLE, url_path="/style.css")
    ui.add_head_html('<link rel="stylesheet" href="/style.css">', shared=True)
    for name in _SCRIPTS:
        pages.add_static_file(local_file=_STYLE.with_name(name), url_path=f"/{name}")
        ui.add_head_html(f'<script src="/{name}" defer></script>', shared=True)

    @pages.get(ABOUT)
    def about() -> dict[str, str]:
        return {"console_of": options.public_endpoint}

    @ui.page("/")
    def home() -> Response:
        return RedirectResponse(first)

    @ui.page("/{account}/{region}/{service}")
    def first_page(request: Request, account: str, region: str, service: str) -> Response | None:
        return open_tab(request, account, region, service, "")

    @ui.page("/{account}/{region}/{service}/{name}")
    def other_page(
        request: Request, account: str, region: str, service: str, name: str
    ) -> Response | None:
        return open_tab(request, account, region, service, name)

    def open_tab(
        request: Request, account: str, region: str, service: str, name: str
    ) -> Response | None:
        known = services.get(service)
        if not ACCOUNT.fullmatch(account) or known is None or name not in known.pages:
            return RedirectResponse(first)
        language = chosen_language(
            request.cookies.get("console_language"),
            request.headers.get("accept-language", ""),
            options.language,
        )
        dark = request.cookies.get("console_dark") == "yes"
        around = Page(endpoint.cloud(account, region), language, service, dark=dark)
        ui.on_exception(lambda error: _tell(around, error))
        ui.query("html").props(f"lang={language}")
        opened = request.cookies.get("console_panel", "")
        course = panel(around) if panel else None
        frame = Frame(around, tuple(services.values()), options.accounts, course, opened)
        frame.draw()

        def page(opened: PageArguments) -> None:
            _draw(frame, around, services, opened)

        content = ui.element("div").classes("page")
        ui.skip_link(around.say("Skip to the page", "ข้ามไปที่เนื้อหา"), target=content)
        with content:
            first_of_service = "/{account}/{region}/{service}"
            ui.sub_pages({first_of_service: page, f"{first_of_service}/{{name}}": page})
        return None


def _services(
    options: Options,
) -> tuple[dict[str, Service], Callable[[Page], View] | None]:
    """Return the services by their id, and the panel of the course where it is installed."""
    services = {service.id: service for service in SERVICES}
    if options.lab is None or options.lab.course is None:
        return services, None
    from console.services import course  # noqa: PLC0415 - a console works without the course

    return services | {course.SERVICE.id: course.SERVICE}, course.CoursePanel


def _draw(
    frame: Frame, around: Page, services: Mapping[str, Service], opened: PageArguments
) -> None:
    """Draw a page inside of its frame, which stays while pages of one account and region follow."""
    where = opened.path_parameters
    known = services.get(where["service"])
    shown = known.pages.get(where.get("name", "")) if known else None
    if (where["account"], where["region"]) != (around.cloud.account, around.cloud.region):
        frame.leave_for(f"{opened.path}?{opened.query_parameters}")
        return
    if known is None or shown is None:
        frame.leave_for("/")
        return
    page = Page(
        around.cloud,
        around.language,
        known.id,
        dict(opened.query_parameters),
        dark=around.dark,
        tab=around.tab,
    )
    frame.show(known, page)
    shown(page)

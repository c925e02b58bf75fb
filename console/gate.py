"""Who is answered: the console's own pages, on this machine. No other web page reads or acts."""

from collections.abc import Iterable
from typing import Final

from starlette.datastructures import MutableHeaders
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

_OWN: Final = ("same-origin", "none")
"""`Sec-Fetch-Site` of the console's own requests, and of an address that somebody typed."""

_POLICY: Final = "; ".join(
    (
        "default-src 'self'",
        # NiceGUI compiles its pages in the browser. All scripts come from this origin.
        "script-src 'self' 'unsafe-inline' 'unsafe-eval'",
        "style-src 'self' 'unsafe-inline'",
        "img-src 'self' data: blob:",
        "font-src 'self' data:",
        "connect-src 'self'",
        "worker-src 'self' blob:",
        "object-src 'none'",
        "base-uri 'none'",
        "form-action 'self'",
        "frame-ancestors 'none'",
    )
)

_HEADERS: Final = {
    "Content-Security-Policy": _POLICY,
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
}


def refusal(
    headers: Iterable[tuple[str, str]], hosts: Iterable[str], *, navigates: bool
) -> str | None:
    """Return why a request is refused; None for one that is answered.

    Args:
        headers: Of the request, their names in lower case.
        hosts: The names, with port, by which the console may be reached.
        navigates: Whether it is a GET: a link on another page may open a tab of the console.
    """
    found: dict[str, list[str]] = {}
    for name, value in headers:
        found.setdefault(name, []).append(value)
    host = found.get("host", [])
    if len(host) != 1 or host[0] not in set(hosts):
        return "The console is reached by 127.0.0.1 or localhost only."
    origins = found.get("origin", [])
    if any(origin != f"http://{host[0]}" for origin in origins):
        return "Another web page asked; only the console's own pages are answered."
    site = found.get("sec-fetch-site", ["none"])
    opens_a_tab = (
        navigates
        and not origins
        and found.get("sec-fetch-mode") == ["navigate"]
        and found.get("sec-fetch-dest") == ["document"]
    )
    if any(each not in _OWN for each in site) and not opens_a_tab:
        return "Another web page asked; only the console's own pages are answered."
    return None


class Gate:
    """The ASGI application that stands before all others.

    Args:
        app: Who answers what passes.
        port: Where the console listens.
    """

    def __init__(self, app: ASGIApp, port: int) -> None:
        self.app = app
        self._hosts = (f"127.0.0.1:{port}", f"localhost:{port}")

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Refuse a request, or pass it on and forbid what its answer must not do."""
        if scope["type"] not in ("http", "websocket"):
            await self.app(scope, receive, send)
            return
        headers = [
            (name.decode("latin-1"), value.decode("latin-1")) for name, value in scope["headers"]
        ]
        refused = refusal(headers, self._hosts, navigates=scope.get("method") == "GET")
        if refused is None:
            await self._pass_on(scope, receive, send)
        elif scope["type"] == "websocket":
            await send({"type": "websocket.close", "code": 1008, "reason": refused})
        else:
            await PlainTextResponse(refused, 403, _HEADERS)(scope, receive, send)

    async def _pass_on(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Let the console answer, and take no notice when the browser has left before it did."""
        has_left = False

        async def hear() -> Message:
            nonlocal has_left
            message = await receive()
            has_left = has_left or message["type"] == "http.disconnect"
            return message

        try:
            await self.app(scope, hear, _with_headers(send))
        except RuntimeError:  # Starlette's middleware wants an answer also when nobody waits for it
            if not has_left:
                raise


def _with_headers(send: Send) -> Send:
    async def send_with_headers(message: Message) -> None:
        if message["type"] == "http.response.start":
            headers = MutableHeaders(scope=message)
            for name, value in _HEADERS.items():
                headers[name] = value
        await send(message)

    return send_with_headers

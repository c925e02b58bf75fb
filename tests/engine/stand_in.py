"""A small stand-in for LocalStack, run in its place as a real process."""

import textwrap
from pathlib import Path
from typing import Any

PROGRAM = """
import http.server, json, os, pathlib, signal, subprocess, sys, threading, time

root = pathlib.Path(os.environ["FILESYSTEM_ROOT"])
(root / "seen.json").write_text(json.dumps(dict(os.environ)))
host, port = os.environ["GATEWAY_LISTEN"].split(":")
{before}

class Page(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        body = json.dumps({page}).encode()
        self.send_response(200)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_):
        pass

http.server.ThreadingHTTPServer((host, int(port)), Page).serve_forever()
"""
SUCCESSFUL = {"completed": True, "scripts": [{"name": "10.py", "state": "SUCCESSFUL"}]}
FAILED = {"completed": True, "scripts": [{"name": "10.py", "state": "ERROR"}]}
PROVISIONING = {"completed": False, "scripts": [{"name": "10.py", "state": "RUNNING"}]}


class StandIn:
    """What a checkout has in LocalStack's place.

    Args:
        repository: the checkout; its `engine/` comes first on LocalStack's import path.
    """

    def __init__(self, repository: Path) -> None:
        self._package = repository / "engine" / "localstack" / "runtime"
        self._package.mkdir(parents=True)
        (self._package.parent / "__init__.py").touch()
        (self._package / "__init__.py").touch()
        self.write()

    def write(self, page: Any = SUCCESSFUL, before: str = "") -> None:
        """Write the program.

        Args:
            page: what it says of its readiness; a Python expression or a value.
            before: statements to run before it serves.
        """
        text = PROGRAM.format(page=page, before=textwrap.dedent(before))
        (self._package / "main.py").write_text(text, encoding="utf-8")

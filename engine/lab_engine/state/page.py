"""The page `/_lab/state`: save and load while the lab runs. `/_lab/reset`: begin anew.

GET    /_lab/state                what is saved automatically, and what was brought back
POST   /_lab/state                save the automatic state now; {"stop": true} refuses all requests
                                  to AWS's API afterwards, because the lab is about to stop
GET    /_lab/state/file           the whole state, as one file
POST   /_lab/state/file           load the file in the body. `?trusted=` lists the SHA-256 of the
                                  function code that may come with it, separated by commas; without
                                  it all code is trusted
POST   /_lab/reset                empty the cloud and run the init scripts again, as at the start.
                                  409 if services are in use that a state does not have
"""

import json
import logging
import os
import shutil
import tempfile
from collections.abc import Iterator
from http import HTTPStatus
from pathlib import Path
from typing import IO, Any

from localstack.http import Request, Response
from localstack.services.edge import ROUTER

from lab_engine.state import archive, cloud, instant
from lab_engine.state.codec import CannotEncodeError, RefusedError
from lab_engine.state.keeping import KEPT, InUseError, begin_anew

LOG = logging.getLogger(__name__)

PAGE = "/_lab/state"
FILE = "/_lab/state/file"
RESET = "/_lab/reset"
_PIECE_BYTES = 1 << 20

_FAILURES = (instant.BusyError, CannotEncodeError, OSError)


def serve() -> None:
    """Serve the page beside LocalStack's own."""
    ROUTER.add(PAGE, _show, methods=["GET"])
    ROUTER.add(PAGE, _save, methods=["POST"])
    ROUTER.add(FILE, _download, methods=["GET"])
    ROUTER.add(FILE, _upload, methods=["POST"])
    ROUTER.add(RESET, _reset, methods=["POST"])


def _show(_request: Request) -> dict[str, Any]:
    return KEPT.report()


def _save(request: Request) -> Response:
    try:
        wanted = json.loads(request.get_data() or b"{}")
    except ValueError:
        return _error("the body is not JSON")
    if not isinstance(wanted, dict) or wanted.keys() - {"stop"}:
        return _error('the body may be {"stop": true}')
    if KEPT.saver is None or not KEPT.begun:
        return _error("this lab keeps no automatic state (LAB_PERSIST)", HTTPStatus.CONFLICT)
    try:
        return _answer(KEPT.saver.save(close_for_good=wanted.get("stop") is True))
    except _FAILURES as error:
        return _error(f"the state was not saved: {error}", HTTPStatus.SERVICE_UNAVAILABLE)


def _download(_request: Request) -> Response:
    try:
        with cloud.taken(whole=True) as taken:
            file = tempfile.TemporaryFile()  # noqa: SIM115 - closed when it is sent
            archive.write_whole(taken.snapshot, file)
    except _FAILURES as error:
        return _error(f"the state was not saved: {error}", HTTPStatus.SERVICE_UNAVAILABLE)
    return Response(_pieces(file), content_type="application/zip")


def _pieces(file: IO[bytes]) -> Iterator[bytes]:
    with file:
        file.seek(0)
        while piece := file.read(_PIECE_BYTES):
            yield piece


def _upload(request: Request) -> Response:
    listed = request.args.get("trusted")
    trusted = None if listed is None else frozenset(listed.split(","))
    handle, name = tempfile.mkstemp(suffix=".lab")
    path = Path(name)
    try:
        with os.fdopen(handle, "wb") as file:
            shutil.copyfileobj(request.stream, file, _PIECE_BYTES)
        with archive.read_whole(path) as saved:
            loaded = cloud.load(saved, trusted)
    except cloud.ForeignCodeError as error:
        codes = [{"function": each.function, "code": each.digest} for each in error.codes]
        return _answer({"error": str(error), "foreign_code": codes}, HTTPStatus.FORBIDDEN)
    except RefusedError as error:
        return _error(str(error))
    except _FAILURES as error:
        return _error(f"the state was not loaded: {error}", HTTPStatus.SERVICE_UNAVAILABLE)
    finally:
        path.unlink()
    return _answer(loaded.report())


def _reset(_request: Request) -> Response:
    try:
        scripts = begin_anew()
    except InUseError as error:
        return _error(f"not emptied, because these are in use: {error}", HTTPStatus.CONFLICT)
    except instant.BusyError as error:
        return _error(f"not emptied: {error}", HTTPStatus.SERVICE_UNAVAILABLE)
    return _answer({"scripts": scripts})


def _error(sentence: str, status: HTTPStatus = HTTPStatus.BAD_REQUEST) -> Response:
    return _answer({"error": sentence}, status)


def _answer(body: dict[str, Any], status: HTTPStatus = HTTPStatus.OK) -> Response:
    return Response(json.dumps(body), status, content_type="application/json")

"""`python -m console`: serves the console for one AWS endpoint. `scripts/lab console` starts it."""

import argparse
import contextlib
import gc
import os
import sys
import tempfile
from collections.abc import Iterable, Iterator
from typing import Any
from urllib.parse import urlsplit

import botocore.session
from botocore.exceptions import BotoCoreError, ClientError

from console.cloud import AWS
from console.lab import FIRST_ACCOUNT, Lab

STUDENT_ACCOUNT = "111111111111"
LOCAL_HOSTS = ("127.0.0.1", "localhost", "::1")
AWS_DOMAINS = (".amazonaws.com", ".amazonaws.com.cn", ".api.aws")

IMPORTED_IF_THERE = ("aiohttp", "requests")
"""What python-engineio imports for its clients if it is installed. The console serves; it is up
sooner without."""


def main() -> int:
    """Read the options and serve until the process is asked to end; the exit status."""
    parser = _parser()
    options = parser.parse_args()
    host = urlsplit(options.endpoint).hostname or options.endpoint
    is_aws = host == AWS or host.endswith(AWS_DOMAINS)
    if is_aws and options.read_write:
        parser.error("AWS itself is only looked at: leave --read-write out")
    try:
        accounts = dict(map(_account, options.account or _default_accounts(options)))
    except (BotoCoreError, ClientError) as error:
        parser.error(f"AWS does not say whose account this is: {error}")
    # NiceGUI keeps what visitors store in files; the console has nothing to keep.
    with tempfile.TemporaryDirectory(prefix="console-") as folder:
        os.environ["NICEGUI_STORAGE_PATH"] = folder
        gc.disable()  # there is no garbage yet; `serve` enables it
        with _hidden(IMPORTED_IF_THERE):
            from console.serving import Options, serve  # noqa: PLC0415 - it reads that variable

        serve(
            Options(
                endpoint=options.endpoint,
                public_endpoint=options.public_endpoint or options.endpoint,
                address=options.address,
                port=options.port,
                region=options.region,
                accounts=accounts,
                read_only=options.read_only or not (host in LOCAL_HOSTS or options.read_write),
                language=options.language,
                lab=Lab.from_json(options.lab) if options.lab else None,
            )
        )
    return 0


@contextlib.contextmanager
def _hidden(names: Iterable[str]) -> Iterator[None]:
    """Let nobody import these packages until the block is over."""
    hidden = [name for name in names if name not in sys.modules]
    for name in hidden:
        sys.modules[name] = None  # type: ignore[assignment]  # so importing it fails
    yield
    for name in hidden:
        del sys.modules[name]


def _default_accounts(options: argparse.Namespace) -> list[str]:
    """Return the accounts of the lab; of AWS itself the one that the environment has keys for."""
    if options.endpoint != AWS:
        return [f"{FIRST_ACCOUNT}=the finished pipeline", f"{STUDENT_ACCOUNT}=my sandbox"]
    sts: Any = botocore.session.get_session().create_client("sts", region_name=options.region)
    return [f"{sts.get_caller_identity()['Account']}=AWS"]


def _account(given: str) -> tuple[str, str]:
    number, _, purpose = given.partition("=")
    return number, purpose


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m console", description=__doc__)
    parser.add_argument(
        "--endpoint",
        default="http://127.0.0.1:4566",
        help="the AWS endpoint; `aws` is AWS itself, to look at with the keys of the environment",
    )
    parser.add_argument(
        "--public-endpoint", metavar="URL", help="where the browser finds it, if elsewhere"
    )
    parser.add_argument(
        "--address", default="127.0.0.1", help="where the console listens; leave it, but in Docker"
    )
    parser.add_argument("--port", type=int, default=4580, help="and on which port")
    parser.add_argument("--region", default="ap-southeast-1", help="where a visitor begins")
    parser.add_argument(
        "--account", action="append", metavar="NUMBER=PURPOSE", help="to switch to; may be repeated"
    )
    parser.add_argument("--language", choices=("en", "th"), help="default: the browser's")
    change = parser.add_mutually_exclusive_group()
    change.add_argument(
        "--read-only", action="store_true", help="look only; the default beyond this machine"
    )
    change.add_argument(
        "--read-write", action="store_true", help="change it too, though it is beyond this machine"
    )
    parser.add_argument("--lab", metavar="JSON", help="what the lab tells a console it starts")
    return parser


if __name__ == "__main__":
    sys.exit(main())

"""`python -m console`: serves the console for one AWS endpoint. `scripts/lab console` starts it."""

import argparse
import os
import sys
import tempfile
from urllib.parse import urlsplit

FIRST_ACCOUNT = "000000000000"
STUDENT_ACCOUNT = "111111111111"
LOCAL_HOSTS = ("127.0.0.1", "localhost", "::1")


def main() -> int:
    """Read the options and serve until the process is asked to end; the exit status."""
    options = _parser().parse_args()
    # NiceGUI keeps what visitors store in files; the console has nothing to keep.
    with tempfile.TemporaryDirectory(prefix="console-") as folder:
        os.environ["NICEGUI_STORAGE_PATH"] = folder
        from console.serving import Options, serve  # noqa: PLC0415 - it reads that variable

        is_local = urlsplit(options.endpoint).hostname in LOCAL_HOSTS
        serve(
            Options(
                endpoint=options.endpoint,
                port=options.port,
                region=options.region,
                accounts=dict(_account(each) for each in options.account or DEFAULT_ACCOUNTS),
                read_only=options.read_only or not is_local,
                language=options.language,
            )
        )
    return 0


DEFAULT_ACCOUNTS = (f"{FIRST_ACCOUNT}=finished pipeline", f"{STUDENT_ACCOUNT}=my sandbox")


def _account(given: str) -> tuple[str, str]:
    number, _, purpose = given.partition("=")
    return number, purpose


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m console", description=__doc__)
    parser.add_argument("--endpoint", default="http://127.0.0.1:4566", help="the AWS endpoint")
    parser.add_argument("--port", type=int, default=4580, help="where the console listens")
    parser.add_argument("--region", default="ap-southeast-1", help="where a visitor begins")
    parser.add_argument(
        "--account", action="append", metavar="NUMBER=PURPOSE", help="to switch to; may be repeated"
    )
    parser.add_argument("--language", choices=("en", "th"), help="default: the browser's")
    parser.add_argument(
        "--read-only", action="store_true", help="look only; always so beyond this machine"
    )
    return parser


if __name__ == "__main__":
    sys.exit(main())

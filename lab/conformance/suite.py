"""The checkout of localstack/localstack whose tests are run, and which of them."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from lab.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

VERSION = "4.14.0"
HOW_TO_GET_IT = f"git clone --depth 1 --branch v{VERSION} https://github.com/localstack/localstack"
SERVICES = (
    "cloudwatch",
    "events",
    "iam",
    "lambda_",
    "logs",
    "resourcegroupstaggingapi",
    "s3",
    "scheduler",
    "ses",
    "sns",
    "sqs",
    "stepfunctions",
    "sts",
)
"""What the lab teaches, and what stands beside it; LocalStack's own names of the folders."""

TESTS = Path("tests") / "aws" / "services"
_WRITTEN_WHEN_BUILT = {"version.py"}


@dataclass(frozen=True)
class Suite:
    """The tests of a checkout.

    Attributes:
        folder: of the checkout.
    """

    folder: Path

    def choose(self, wanted: Sequence[str]) -> dict[str, list[str]]:
        """Find the tests that are meant.

        Args:
            wanted: services (`sns`), or files and single tests as the results name them
                (`sns/test_sns.py::TestSNSPublishCrud::test_publish`); all services when empty.

        Returns:
            By service what pytest is given, relative to the checkout.

        Raises:
            UsageError: there is no such service, or no such file.
        """
        chosen: dict[str, list[str]] = {}
        for each in wanted or SERVICES:
            service, _, rest = each.partition("/")
            folder = "lambda_" if service == "lambda" else service
            if folder not in SERVICES:
                known = ", ".join(name.rstrip("_") for name in SERVICES)
                raise UsageError(f"{service} is not a service of the suite. Choose of: {known}")
            path, _, test = f"{TESTS}/{folder}/{rest}".rstrip("/").partition("::")
            if not (self.folder / path).exists():
                raise UsageError(f"{self.folder / path} is not there. Name a file as in {TESTS}")
            chosen.setdefault(folder, []).append(f"{path}::{test}" if test else path)
        return chosen


def open_suite(folder: Path) -> Suite:
    """Make sure that a folder is a checkout of the LocalStack that is installed here.

    Args:
        folder: with `tests/` and `localstack-core/` in it.

    Raises:
        UsageError: it is another version or none; the message says how to get the right one.
    """
    sources = folder / "localstack-core" / "localstack"
    if not sources.is_dir() or not (folder / TESTS).is_dir():
        raise UsageError(f"{folder} is no checkout of localstack. Get it: {HOW_TO_GET_IT}")
    differing = next(_differing_files(sources), None)
    if differing:
        raise UsageError(
            f"{folder} is not LocalStack {VERSION} ({differing} differs). Get it: {HOW_TO_GET_IT}"
        )
    return Suite(folder.resolve())


def _differing_files(sources: Path) -> Iterator[Path]:
    """Return the Python files in which a checkout differs from what is installed here."""
    installed = installed_localstack()
    for file in sorted(installed.rglob("*.py")):
        name = file.relative_to(installed)
        other = sources / name
        if name.name in _WRITTEN_WHEN_BUILT:
            continue
        if not other.is_file() or other.read_bytes() != file.read_bytes():
            yield name


def installed_localstack() -> Path:
    """Return the package that the lab runs."""
    import localstack

    return Path(localstack.__path__[0])

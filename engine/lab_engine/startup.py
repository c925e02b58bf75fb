"""The one hook that LocalStack runs at its start: it applies the tables of all rooms."""

import importlib
import logging
import os
from collections.abc import Collection

from localstack.runtime import hooks

LOG = logging.getLogger(__name__)

SUPPORTED_LOCALSTACK = "4.14.0"

ROOMS = (
    "runtime",  # first: importing the others asks for regions, which it caches
    "gate",
    "lambda_",
    "s3",
    "sns",
    "cloudwatch",
    "logs",
    "iam",
    "faults",  # after iam: a request that IAM denies is not throttled
    "sqs",
    "stepfunctions",
    "moto_services",
    "state",  # last: its door is around all that the others do with a request
)
"""Each has a module `patches` with its tables, which are applied in this order.

They are named, not imported: if the import of a hook's module fails, LocalStack only writes a debug
message and skips the hook. An import that fails inside the hook stops the start.
"""


class UnsupportedLocalStackError(RuntimeError):
    """The plugin patches LocalStack's internals, so it needs exactly one version."""


def require_supported_version(version: str) -> None:
    """Refuse every LocalStack that the patches were not written for.

    Args:
        version: The value of `localstack.version.__version__`.

    Raises:
        UnsupportedLocalStackError: It is not the supported version.
    """
    if version != SUPPORTED_LOCALSTACK:
        message = (
            f"lab_engine needs LocalStack {SUPPORTED_LOCALSTACK} but this is {version}: "
            f"install the pinned version, or use the image localstack/localstack:"
            f"{SUPPORTED_LOCALSTACK}"
        )
        raise UnsupportedLocalStackError(message)


class UnknownSavingError(ValueError):
    """LAB_WITHOUT names a saving that does not exist."""


def require_known(without: Collection[str], savings: Collection[str]) -> None:
    """Refuse to measure without something that is not there: the figures would say nothing.

    Args:
        without: The names in LAB_WITHOUT.
        savings: The names that there are.

    Raises:
        UnknownSavingError: One of them does not exist.
    """
    if unknown := sorted(set(without) - set(savings)):
        message = f"LAB_WITHOUT has no {', '.join(unknown)}; there are {', '.join(sorted(savings))}"
        raise UnknownSavingError(message)


@hooks.on_runtime_create()  # type: ignore[untyped-decorator]
def prepare_imports() -> None:
    """Do what makes LocalStack's own imports lighter; most of them follow after this hook."""
    from lab_engine.patching import apply  # noqa: PLC0415 - see ROOMS
    from lab_engine.runtime import beforehand  # noqa: PLC0415 - as above

    apply((), beforehand.STARTS, is_plain=_is_plain(), without=_without())


@hooks.on_infra_start(priority=-1)  # type: ignore[untyped-decorator]
def complete_localstack() -> None:
    """Apply the tables of all rooms. An exception here stops LocalStack's start, on purpose.

    It comes after the scripts of the start stage: what they start works while this imports.
    """
    from localstack.version import __version__  # noqa: PLC0415 - see ROOMS

    require_supported_version(__version__)
    is_plain = _is_plain()
    if is_plain:
        LOG.info("LAB_FIDELITY=off: LocalStack as it is; no IAM policy is checked")
    from lab_engine.lambda_.engine_folder import prepare  # noqa: PLC0415 - as above
    from lab_engine.patching import apply  # noqa: PLC0415 - as above
    from lab_engine.runtime import beforehand  # noqa: PLC0415 - as above

    prepare()  # first: it works in the background while LocalStack starts
    without = _without()
    savings = {each.saving for each in beforehand.STARTS if each.saving}
    for room in ROOMS:
        tables = importlib.import_module(f"lab_engine.{room}.patches")
        savings |= {each.saving for each in (*tables.PATCHES, *tables.STARTS) if each.saving}
        apply(tables.PATCHES, tables.STARTS, is_plain=is_plain, without=without)
    require_known(without, savings)


def _is_plain() -> bool:
    return os.environ.get("LAB_FIDELITY") == "off"


def _without() -> set[str]:
    return set(os.environ.get("LAB_WITHOUT", "").split())

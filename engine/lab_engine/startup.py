"""The one hook LocalStack runs at its start: checks the version, then installs each feature."""

import importlib
import logging
import os

from localstack.runtime import hooks

LOG = logging.getLogger(__name__)

SUPPORTED_LOCALSTACK = "4.14.0"

ALWAYS: tuple[str, ...] = (
    "lab_engine.lambda_.engine_folder",  # first: it does its work beside LocalStack's start
    "lab_engine.runtime.certificate",
    "lab_engine.runtime.listening",
    "lab_engine.gate",
    "lab_engine.lambda_.client_context",
    "lab_engine.lambda_.log_delivery",
    "lab_engine.lambda_.request_checks",
    "lab_engine.lambda_.asynchronous_events",
    "lab_engine.lambda_.replaced_versions",
    "lab_engine.s3.object_folder",
)
FIDELITY: tuple[str, ...] = (
    "lab_engine.runtime.region_lists",  # first: importing the others asks for regions already
    "lab_engine.s3",
    "lab_engine.sns",
    "lab_engine.cloudwatch.metrics",
    "lab_engine.cloudwatch.alarms",
    "lab_engine.logs",
    "lab_engine.iam",
    "lab_engine.faults",
    "lab_engine.sqs",
    "lab_engine.stepfunctions",
    "lab_engine.s3.lifecycle",
    "lab_engine.lambda_",
)
FEATURES = ALWAYS + FIDELITY
"""Modules with an `install()` function, in the order they are installed.

They are named, not imported, because LocalStack skips a hook whose module fails to import with no
more than a debug message; an import that fails inside the hook stops the start. With
`LAB_FIDELITY=off` only those that are ALWAYS: plain LocalStack, to compare with.
"""


class UnsupportedLocalStackError(RuntimeError):
    """The plugin patches LocalStack's internals and was built against one version only."""


def require_supported_version(version: str) -> None:
    """Refuses any LocalStack the patches were not written for.

    Args:
        version: what `localstack.version.__version__` says.

    Raises:
        UnsupportedLocalStackError: when it is not the supported version.
    """
    if version != SUPPORTED_LOCALSTACK:
        message = (
            f"lab_engine needs LocalStack {SUPPORTED_LOCALSTACK} but this is {version}: "
            f"install the pinned version, or use the image localstack/localstack:"
            f"{SUPPORTED_LOCALSTACK}"
        )
        raise UnsupportedLocalStackError(message)


@hooks.on_infra_start()  # type: ignore[untyped-decorator]
def complete_localstack() -> None:
    """Installs all features. An exception here stops LocalStack's start, on purpose."""
    from localstack.version import __version__  # noqa: PLC0415 - see FEATURES

    require_supported_version(__version__)
    is_plain = os.environ.get("LAB_FIDELITY") == "off"
    if is_plain:
        LOG.info("LAB_FIDELITY=off: LocalStack as it is; no IAM policy is checked")
    for name in ALWAYS if is_plain else FEATURES:
        importlib.import_module(name).install()

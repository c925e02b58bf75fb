"""The implementations of AWS on which the pipeline is proved, each started empty."""

from __future__ import annotations

import contextlib
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from bench.emulators import serve_ministack, serve_moto
from tests.engine.conftest import start_localstack

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping
    from contextlib import AbstractContextManager
    from pathlib import Path


@dataclass(frozen=True)
class Implementation:
    """One of them.

    Attributes:
        name: As the table in docs/implementations.md has it.
        serve: Runs it, given a folder, until the end of the block, and yields its endpoint.
        no_burst: Why 50 files at once do not reach their outcomes there; empty if they do.
        patience_seconds: After which its integration tests give up one small file.
        forgets: Resources that it does not keep as they were asked for, so that each further run
            of the provisioner finds them different, with the reason.
        uncounted: Metrics that `scripts/lab verify` finds missing, with the reason.
        otherwise: The calls that differ from those on the lab, by run and operation, with the
            reason.
    """

    name: str
    serve: Callable[[Path], AbstractContextManager[str]]
    no_burst: str = ""
    patience_seconds: int = 60
    forgets: Mapping[str, str] = field(default_factory=dict)
    uncounted: Mapping[str, str] = field(default_factory=dict)
    otherwise: Mapping[tuple[str, str], str] = field(default_factory=dict)


@contextlib.contextmanager
def _lab(folder: Path) -> Iterator[str]:
    with start_localstack(folder) as localstack:
        yield localstack.endpoint


@contextlib.contextmanager
def _ministack(folder: Path) -> Iterator[str]:
    with serve_ministack(folder) as server:
        yield server.endpoint


@contextlib.contextmanager
def _moto(folder: Path) -> Iterator[str]:
    with serve_moto(folder) as server:
        yield server.endpoint


LAB = Implementation("lab", _lab)
_BUCKETS_ARE_OPEN = "a new bucket has no Block Public Access there, on AWS since April 2023"
_NO_METRICS_OF_STATES = "Step Functions writes no metrics"

MINISTACK = Implementation(
    "MiniStack",
    _ministack,
    patience_seconds=25,
    uncounted={
        "ExecutionsStarted": _NO_METRICS_OF_STATES,
        "ExecutionsSucceeded": _NO_METRICS_OF_STATES,
        "ExecutionsFailed": _NO_METRICS_OF_STATES,
        "FilesValid": "a metric filter is kept, but counts nothing",
    },
    otherwise={("apply", "s3 PutPublicAccessBlock"): _BUCKETS_ARE_OPEN},
)
MOTO = Implementation(
    "moto server",
    _moto,
    no_burst="it runs functions in Docker only",
    patience_seconds=3,  # no function runs, so nothing comes later
    forgets={"pipeline-dlq": "it drops the queue's RedriveAllowPolicy"},
    otherwise={
        ("apply", "s3 PutPublicAccessBlock"): _BUCKETS_ARE_OPEN,
        ("apply again", "sqs SetQueueAttributes"): "the RedriveAllowPolicy is put back",
    },
)
OTHERS = (MINISTACK, MOTO)
IMPLEMENTATIONS = (LAB, *OTHERS)


def table() -> str:
    """Return what is different on each of them, as docs/implementations.md has it."""
    rows = [
        (each.name, what, why)
        for each in IMPLEMENTATIONS
        for what, why in [
            *([("a burst of 50 files", each.no_burst)] if each.no_burst else []),
            *((f"`{resource}` again and again", why) for resource, why in each.forgets.items()),
            *((f"verify: metric `{name}`", why) for name, why in each.uncounted.items()),
            *((f"{run}: `{call}`", why) for (run, call), why in each.otherwise.items()),
        ]
    ]
    lines = ["| on | what is different | why |", "|---|---|---|"]
    return "\n".join([*lines, *(f"| {' | '.join(row)} |" for row in rows)])

"""The emulators that are compared, each started with the same pipeline in it."""

import contextlib
import json
import os
import socket
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from lab.engines.local import LocalEngine
from provision.settings import Settings

_TUNING = (
    "LAMBDA_EVENT_SOURCE_MAPPING_POLL_INTERVAL_SEC",
    "LAMBDA_EVENT_SOURCE_MAPPING_MAX_BACKOFF_ON_EMPTY_POLL_SEC",
)


@dataclass(frozen=True)
class Leg:
    """A running emulator with a provisioned pipeline."""

    name: str
    endpoint: str
    pid: int
    settings: Settings


class PlainEngine(LocalEngine):
    """LocalStack with the process executor and nothing else, at its own settings."""

    def _environment(self) -> dict[str, str]:
        environment = super()._environment() | {"LAB_FIDELITY": "off"}
        return {name: value for name, value in environment.items() if name not in _TUNING}


@contextlib.contextmanager
def start_lab(folder: Path) -> Iterator[Leg]:
    """The lab as `scripts/lab up` starts it."""
    engine = LocalEngine(port=_free_port(), home=folder, profile="quick")
    with _started("lab", engine, folder) as leg:
        yield leg


@contextlib.contextmanager
def start_plain(folder: Path) -> Iterator[Leg]:
    """LocalStack without what the plugin adds."""
    engine = PlainEngine(port=_free_port(), home=folder, profile="quick")
    with _started("plain", engine, folder) as leg:
        yield leg


@contextlib.contextmanager
def _started(name: str, engine: LocalEngine, folder: Path) -> Iterator[Leg]:
    engine.start()
    try:
        pid = json.loads((folder / "process.json").read_text(encoding="utf-8"))["pid"]
        settings = Settings.from_environment({**os.environ, "LAB_PROFILE": "quick"})
        yield Leg(name, engine.endpoint, pid, settings)
    finally:
        engine.stop()


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port

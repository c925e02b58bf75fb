"""What `doctor` finds out about this machine: for each check a verdict and what to do."""

from __future__ import annotations

import platform
import shutil
import sys
from dataclasses import dataclass
from enum import StrEnum
from importlib.metadata import PackageNotFoundError, version
from typing import TYPE_CHECKING

import psutil

from lab.advice import command
from lab.language import say
from lab.launch.choice import EngineChoice, choose, launcher_of
from lab.launch.containers import (
    DockerError,
    docker_client,
    has_image,
    image_name,
    why_not_compose,
)
from lab.launch.finding import find_lab
from lab.launch.needs import too_few_open_files
from lab.launch.ports import holder_of_port
from lab.launch.web_console import WebConsole, port_asked_for
from lab.paths import REPOSITORY

if TYPE_CHECKING:
    from collections.abc import Callable

LOCALSTACK = "4.14.0"
NEEDED_DISK_GB, COMFORTABLE_DISK_GB = 0.5, 2.0
COMFORTABLE_MEMORY_GB = 1.5
GB = 1024**3
DOCKER_TIMEOUT_SECONDS = 3


class Verdict(StrEnum):
    """How a check ended."""

    PASS = "PASS"  # noqa: S105 - a verdict, not a password
    WARN = "WARN"
    FAIL = "FAIL"


@dataclass(frozen=True)
class Check:
    """One finding about this machine."""

    name: str
    verdict: Verdict
    finding: str


def examine(port: int) -> list[Check]:
    """Make every check, in the order in which people should read them."""
    checks: list[Callable[[], Check]] = [
        python,
        system,
        localstack,
        docker_engine,
        docker_image,
        lambda: free_port(port),
        lambda: web_console(port),
        disk,
        open_files,
        memory,
    ]
    return [check() for check in checks] + form()


def python() -> Check:
    """Check the Python: LocalStack 4.14.0 needs exactly this one."""
    found = say("{version} at {place}", version=platform.python_version(), place=sys.executable)
    if sys.version_info[:2] == (3, 13):
        return Check("Python", Verdict.PASS, found)
    hint = say("{found}; needs 3.13: remove .venv and run scripts/lab again", found=found)
    return Check("Python", Verdict.FAIL, hint)


def system() -> Check:
    """Check the system: without Docker the lab is tried on Linux, WSL2 included."""
    found = f"{platform.system()} {platform.machine()}"
    if platform.system() == "Linux" and platform.machine() in ("x86_64", "aarch64"):
        return Check(say("System"), Verdict.PASS, found)
    hint = say("{system}: the lab is tried on Linux x86-64 and arm64", system=found)
    return Check(say("System"), Verdict.WARN, hint)


def localstack() -> Check:
    """Check that LocalStack is the release of the lock, the last that needs no account."""
    try:
        found = version("localstack-core")
    except PackageNotFoundError:
        return Check(
            "LocalStack", Verdict.FAIL, say("not installed: remove .venv, run scripts/lab again")
        )
    if found != LOCALSTACK:
        hint = say("{found}, not {wanted}: remove .venv", found=found, wanted=LOCALSTACK)
        return Check("LocalStack", Verdict.FAIL, hint)
    return Check("LocalStack", Verdict.PASS, found)


def docker_engine() -> Check:
    """Check that a Docker engine answers; the lab can do without."""
    try:
        with docker_client(DOCKER_TIMEOUT_SECONDS) as client:
            found = client.version()["Version"]
    except DockerError as error:
        hint = say("{reason} The local engine does without.", reason=error.reason)
        return Check("Docker", Verdict.WARN, hint)
    return Check("Docker", Verdict.PASS, say("engine {version}", version=found))


def docker_image() -> Check:
    """Check that the image is on this machine, or that a registry has it."""
    try:
        with docker_client(DOCKER_TIMEOUT_SECONDS) as client:
            if has_image(client, image_name()):
                here = say("{image} is here", image=image_name())
                return Check(say("Image"), Verdict.PASS, here)
    except DockerError:
        hint = say("{image}: not asked for without Docker", image=image_name())
        return Check(say("Image"), Verdict.WARN, hint)
    obstacle = why_not_compose()
    if obstacle:
        return Check(say("Image"), Verdict.WARN, obstacle)
    return Check(say("Image"), Verdict.PASS, say("{image} can be pulled", image=image_name()))


def free_port(port: int) -> Check:
    """Check that the port is free, or that the lab itself has it."""
    if launcher_of(find_lab(port)).status().running:
        own = say("{port} is this lab's own; it is running", port=port)
        return Check(say("Port"), Verdict.PASS, own)
    holder = holder_of_port(port)
    if holder is None:
        return Check(say("Port"), Verdict.PASS, say("{port} is free", port=port))
    hint = say(
        "{port} is taken by {holder}; stop it, or use another: {up}",
        port=port,
        holder=holder,
        up=command("up", port + 1),
    )
    return Check(say("Port"), Verdict.FAIL, hint)


def web_console(lab_port: int) -> Check:
    """Check that the console of the lab runs, or that its port is free; the lab can do without."""
    address = WebConsole(lab_port).address()
    if address is not None:
        return Check("Console", Verdict.PASS, say("running at {address}", address=address))
    wanted = port_asked_for()
    holder = holder_of_port(wanted)
    if holder is not None:
        hint = say(
            "{port} is taken by {holder}; use another: {remedy}",
            port=wanted,
            holder=holder,
            remedy=command(f"console --port {wanted + 1}", lab_port),
        )
        return Check("Console", Verdict.WARN, hint)
    would = say(
        "{port} is free: {start} starts it", port=wanted, start=command("console", lab_port)
    )
    return Check("Console", Verdict.PASS, would)


def disk() -> Check:
    """Check that there is room for what LocalStack stores while it runs."""
    free = shutil.disk_usage(REPOSITORY).free / GB
    verdict = _measure(free, NEEDED_DISK_GB, COMFORTABLE_DISK_GB)
    return Check(say("Disk"), verdict, say("{size:.1f} GB free", size=free))


def open_files() -> Check:
    """Check that enough files may be open: a function at work has a handful open."""
    obstacle = too_few_open_files()
    if obstacle:
        return Check(say("Open files"), Verdict.FAIL, obstacle)
    return Check(say("Open files"), Verdict.PASS, say("as many as the lab needs"))


def memory() -> Check:
    """Check the memory: LocalStack takes about 360 MB, each warm function about 60 MB."""
    free = psutil.virtual_memory().available / GB
    verdict = _measure(free, 0.0, COMFORTABLE_MEMORY_GB)
    return Check(say("Memory"), verdict, say("{size:.1f} GB available", size=free))


def _measure(value: float, needed: float, comfortable: float) -> Verdict:
    if value < needed:
        return Verdict.FAIL
    return Verdict.PASS if value >= comfortable else Verdict.WARN


def form() -> list[Check]:
    """Say what `up` would do here, and how that gets on where LocalStack needs a Java."""
    kind, why = choose(EngineChoice.AUTO)
    by = (
        say("JSONata: by the Java in the image")
        if kind is EngineChoice.COMPOSE
        else say("JSONata: by jsonata-python")
    )
    chosen = say("{up} would choose {engine}: {why}", up=command("up"), engine=kind, why=why)
    return [
        Check("Engine", Verdict.PASS, chosen),
        Check(say("In Java"), Verdict.PASS, by),
    ]

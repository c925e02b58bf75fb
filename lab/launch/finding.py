"""Which lab a command is about, and its AWS API."""

import os
from collections.abc import Mapping

from lab.advice import command
from lab.chosen import FIRST_ACCOUNT, TargetName, choose_port
from lab.errors import LabError
from lab.language import say
from lab.launch.compose import ComposeLauncher
from lab.launch.environment import lab_settings
from lab.launch.local import LocalLauncher
from lab.launch.readiness import read_readiness
from lab.launch.record import recorded
from lab.running import LabRecord, RunningLab
from lab.targets.opening import open_target


def find_lab(port: int | None = None) -> LabRecord:
    """Return the lab of a command: the one that runs, else the last one here, else the usual one.

    What runs is asked what it is: a record can be lost, damaged, or of a lab that is gone.

    Raises:
        UsageError: The number is not a port.
    """
    number = choose_port(port)
    environment = LocalLauncher(port=number).running_environment()
    if environment is not None:
        return _started_with(number, "local", environment)
    known = recorded(number)
    if known is not None and known.engine == "compose":
        return known  # without asking Docker each time
    container = ComposeLauncher(port=number)
    environment = container.running_environment()
    if environment is not None:
        return _started_with(number, "compose", environment, container.running_mailbox_port())
    return known or _described_by_environment(number)


def open_lab(
    port: int | None = None, account: str = FIRST_ACCOUNT, target: TargetName | None = None
) -> RunningLab:
    """Return the account of the lab that a command is about.

    Args:
        port: Of a lab on this machine.
        account: In it.
        target: Where the pipeline is, if not in a lab of this machine however it runs.

    Raises:
        LabError: The lab is not running, not provisioned, or not the target.
    """
    if target is not None and not target.is_lab:
        return open_target(target, account)
    record = find_lab(port)
    if target not in (None, record.engine):
        raise LabError(
            say(
                "The lab on port {port} runs with engine {engine}, not {target}.",
                port=record.port,
                engine=record.engine,
                target=target,
            )
        )
    readiness = read_readiness(record.endpoint)
    if not readiness.answers:
        raise LabError(
            say(
                "No lab is running at {endpoint}. Start it: {up}",
                endpoint=record.endpoint,
                up=command("up"),
            )
        )
    if not readiness.ready:
        raise LabError(
            say(
                "The lab at {endpoint} is not provisioned yet. Run: {up}",
                endpoint=record.endpoint,
                up=command("up"),
            )
        )
    return RunningLab(record, account)


def _started_with(
    port: int, engine: str, environment: Mapping[str, str], mailbox_port: int | None = None
) -> LabRecord:
    """Return the lab that was started with these variables."""
    profile = environment["LAB_PROFILE"]
    return LabRecord(port, engine, profile, lab_settings(profile, environment), mailbox_port)


def _described_by_environment(port: int) -> LabRecord:
    variables = lab_settings(os.environ.get("LAB_PROFILE") or "workshop")
    return LabRecord(port=port, profile=variables["LAB_PROFILE"], variables=variables)

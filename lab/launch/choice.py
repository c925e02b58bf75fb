"""Which launcher a lab gets."""

from enum import StrEnum

from lab.language import say
from lab.launch.compose import ComposeLauncher
from lab.launch.containers import why_not_compose
from lab.launch.launcher import Launcher
from lab.launch.local import LocalLauncher
from lab.running import LabRecord


class EngineChoice(StrEnum):
    """What `up --engine` takes."""

    AUTO = "auto"
    COMPOSE = "compose"
    LOCAL = "local"


def choose(wanted: EngineChoice) -> tuple[EngineChoice, str]:
    """Decide how a lab shall run, and say why in a few words."""
    if wanted is not EngineChoice.AUTO:
        return wanted, say("you asked for it")
    obstacle = why_not_compose()
    if obstacle is None:
        return EngineChoice.COMPOSE, say("Docker answers and has the image, or can get it")
    return EngineChoice.LOCAL, say("without Docker: {obstacle}", obstacle=obstacle)


def launcher_of(record: LabRecord) -> Launcher:
    """Return what starts and stops this lab."""
    port, profile, settings = record.port, record.profile, record.variables
    if EngineChoice(record.engine) is EngineChoice.LOCAL:
        return LocalLauncher(port=port, profile=profile, settings=settings)
    return ComposeLauncher(
        port=port, profile=profile, settings=settings, mailbox_port=record.mailbox_port
    )

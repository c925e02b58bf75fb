"""Which engine a lab gets."""

from enum import StrEnum

from lab.engines.base import Engine
from lab.engines.compose import ComposeEngine
from lab.engines.containers import why_not_compose
from lab.engines.local import LocalEngine


class EngineChoice(StrEnum):
    """What `up --engine` takes."""

    AUTO = "auto"
    COMPOSE = "compose"
    LOCAL = "local"


def choose(wanted: EngineChoice) -> tuple[EngineChoice, str]:
    """Decide on an engine, and say why in a few words."""
    if wanted is not EngineChoice.AUTO:
        return wanted, "you asked for it"
    obstacle = why_not_compose()
    if obstacle is None:
        return EngineChoice.COMPOSE, "Docker answers and has the image, or can get it"
    return EngineChoice.LOCAL, f"without Docker: {obstacle}"


def make_engine(
    kind: EngineChoice,
    port: int,
    profile: str,
    settings: dict[str, str],
    mailbox_port: int | None = None,
) -> Engine:
    """The engine of one lab.

    Args:
        kind: any but `auto`.
        port: where the lab listens.
        profile: `workshop` or `quick`.
        settings: the LAB_* variables the provisioner gets.
        mailbox_port: where its web mailbox is; None without one, as the local engine always is.
    """
    if kind is EngineChoice.LOCAL:
        return LocalEngine(port=port, profile=profile, settings=settings)
    return ComposeEngine(port=port, profile=profile, settings=settings, mailbox_port=mailbox_port)

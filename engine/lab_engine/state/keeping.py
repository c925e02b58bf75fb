"""The automatic state over the life of a lab: brought back, saved, saved at the end."""

import json
import logging
import os
from dataclasses import dataclass
from typing import Any

from localstack.runtime.init import Script, Stage, State, init_script_manager

from lab_engine.faults.switchboard import switchboard
from lab_engine.state import cloud, instant, services, settings
from lab_engine.state.archive import Folder, read_folder
from lab_engine.state.codec import RefusedError
from lab_engine.state.saver import Saver

LOG = logging.getLogger(__name__)


@dataclass
class Keeping:
    """What this lab keeps.

    Attributes:
        saver: Saves it; None if it keeps nothing.
        loaded: What was brought back at the start; None if nothing was.
        problem: Why what was saved could not be brought back.
        begun: It is complete: what is saved from now on may be brought back.
    """

    saver: Saver | None = None
    loaded: cloud.Loaded | None = None
    problem: str | None = None
    begun: bool = False

    def report(self) -> dict[str, Any]:
        """Return what the page shows."""
        return {
            "persist": "on" if self.saver else "off",
            "brought_back": self.loaded and self.loaded.report(),
            "refused": self.problem,
            **(self.saver.report() if self.saver else {}),
        }


KEPT = Keeping()


def bring_back() -> None:
    """Load the automatic state. One that is damaged is put aside, and the lab begins empty."""
    path = settings.automatic_folder()
    if path is None:
        return
    folder = Folder(path)
    KEPT.saver = Saver(folder)
    if not folder.file.exists():
        return
    try:
        KEPT.loaded = cloud.load(read_folder(folder))
    except Exception as error:  # the lab must start whatever is in the file
        reason = str(error) if isinstance(error, RefusedError) else type(error).__name__
        KEPT.problem = f"{reason}; it is kept as {folder.set_aside().name}"
        LOG.exception("the saved state was not brought back: %s", KEPT.problem)
        return
    variables = KEPT.loaded.manifest.get("variables") or {}
    os.environ[settings.LOADED] = json.dumps(variables)
    LOG.info("the saved state is back, after %.1f s", KEPT.loaded.seconds)


def begin_saving() -> None:
    """Save from now on, unless a script of the ready stage failed.

    What is half provisioned must not come back: the next start would not provision it.
    """
    scripts = init_script_manager().scripts.get(Stage.READY, [])
    if any(script.state is not State.SUCCESSFUL for script in scripts):
        LOG.warning("the cloud is not saved: a script of the ready stage has failed")
        return
    KEPT.begun = True
    if KEPT.saver:
        KEPT.saver.start()


class InUseError(Exception):
    """Services are in use that a state does not have; the message lists them."""


def begin_anew() -> dict[str, str]:
    """Empty the cloud and run the scripts of the start again, as LocalStack does when it starts.

    Until they have succeeded, nothing is saved. What was saved before is deleted when the cloud is
    empty, and not before: a lab that is too busy to be emptied keeps it.

    Returns:
        The state of each script of the ready stage, by its path.

    Raises:
        InUseError, BusyError: Nothing in the cloud was changed.
    """
    with cloud.TURN:
        if others := services.others_in_use():
            raise InUseError(", ".join(others))
        if KEPT.saver:
            KEPT.saver.stop()
        try:
            _run_again(Stage.START)  # first: what they start gets ready meanwhile
            cloud.empty()
        except instant.BusyError:
            if KEPT.saver and KEPT.begun:
                KEPT.saver.start()
            raise
        if KEPT.saver:
            KEPT.saver.folder.discard()
        switchboard.clear()
        KEPT.begun, KEPT.loaded, KEPT.problem = False, None, None
        os.environ.pop(settings.LOADED, None)
        scripts = _run_again(Stage.READY)
        begin_saving()
    return {script.path: str(script.state) for script in scripts}


def _run_again(stage: Stage) -> list[Script]:
    manager = init_script_manager()
    manager.stage_completed[stage] = False  # who asks meanwhile is told that it is not ready
    for script in manager.scripts.get(stage, []):
        script.state = State.UNKNOWN
    scripts: list[Script] = manager.run_stage(stage)
    return scripts


def save_at_the_end() -> None:
    """Save what changed since the last save, and let nothing change any more."""
    if KEPT.saver and KEPT.begun:
        try:
            KEPT.saver.save(close_for_good=True)
        except Exception:  # LocalStack stops whatever happens here
            LOG.exception("the state was not saved at the end")

"""The tables of what the plugin replaces in LocalStack keep the house's rules."""

import importlib
from pathlib import Path

import lab_engine
from lab_engine.gaps import GAPS
from lab_engine.patching import Replacement
from lab_engine.startup import ROOMS

ENGINE = Path(lab_engine.__file__).parent
_MAY_CHANGE_IT = {"patching.py"}


def replacements() -> dict[str, tuple[Replacement, ...]]:
    return {room: importlib.import_module(f"lab_engine.{room}.patches").PATCHES for room in ROOMS}


def test_every_room_with_patches_is_started() -> None:
    assert {file.parent.name for file in ENGINE.glob("*/patches.py")} == set(ROOMS)


def test_nothing_is_replaced_in_two_rooms() -> None:
    owners: dict[tuple[int, str], str] = {}
    for room, patches in replacements().items():
        for patch in patches:
            assert owners.setdefault((id(patch.owner), patch.name), room) == room, patch


def test_each_replacement_says_why_in_one_line() -> None:
    for patches in replacements().values():
        for patch in patches:
            assert patch.why
            assert "\n" not in patch.why


def test_each_gap_but_the_executor_s_own_is_closed_by_a_replacement_or_a_start() -> None:
    closed = {patch.gap for patches in replacements().values() for patch in patches}
    without_replacement = {gap.place for gap in GAPS if gap not in closed}
    assert without_replacement == {"faults"}  # stands in the request chain and replaces nothing


def test_only_the_tables_change_localstack() -> None:
    changing = {
        file.relative_to(ENGINE).as_posix()
        for file in ENGINE.rglob("*.py")
        if "localstack.utils.patch" in file.read_text("utf-8")
    }
    assert changing <= _MAY_CHANGE_IT, "patches.py of a room is the place for it"

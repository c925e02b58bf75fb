"""The tables of what the plugin replaces in LocalStack keep the house's rules."""

import importlib
from pathlib import Path
from types import SimpleNamespace

import pytest

import lab_engine
from lab_engine.gaps import GAPS
from lab_engine.patching import Replacement, Start, apply, instead
from lab_engine.startup import ROOMS, UnknownSavingError, require_known

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


def test_a_saving_can_be_left_out_and_a_gap_cannot() -> None:
    machine = SimpleNamespace(quick=sorted, right=sorted)
    saving = instead(machine, "quick", require_known, why="slow")
    gap = instead(machine, "right", require_known, why="wrong", gap=GAPS[0])
    assert (saving.saving, gap.saving) == ("startup", None)
    apply([saving, gap], [], is_plain=False, without={"startup"})
    assert (machine.quick, machine.right) == (sorted, require_known)


def test_what_is_done_at_the_start_can_be_left_out_if_it_only_saves_something() -> None:
    done: list[str] = []

    def serve() -> None:
        done.append("served")

    starts = [Start(serve), Start(serve, saves="time"), Start(serve, in_plain=True)]
    assert [start.saving for start in starts] == [None, __name__, None]
    apply([], starts, is_plain=False, without={__name__})
    apply([], starts, is_plain=True)
    assert len(done) == 3


def test_a_saving_that_does_not_exist_is_refused_with_those_that_do() -> None:
    savings = {
        each.saving for patches in replacements().values() for each in patches if each.saving
    }
    assert "runtime.direct_calls" in savings
    require_known(["runtime.direct_calls"], savings)
    with pytest.raises(UnknownSavingError, match=r"no nothing; there are .*runtime\.direct_calls"):
        require_known(["nothing"], savings)

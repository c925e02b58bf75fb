import subprocess
import sys

import psutil
import pytest

from bench.process_tree import (
    EMULATOR,
    FUNCTIONS,
    OTHERS,
    TEMPLATE,
    cpu_by_kind,
    kind_of,
    kind_of_ended,
    watch,
)

SCRIPT = "/lab/engine/lab_engine/lambda_/template.py"
TEMPLATE_COMMAND = ["python", "-I", SCRIPT, "/t/bootstrap.pyc"]


@pytest.mark.parametrize(
    ("command", "parent", "kind"),
    [
        (TEMPLATE_COMMAND, EMULATOR, TEMPLATE),
        (TEMPLATE_COMMAND, TEMPLATE, FUNCTIONS),  # forked from it
        (["python", "/t/bootstrap.pyc"], TEMPLATE, FUNCTIONS),  # a new interpreter
        (["sleep", "1"], FUNCTIONS, FUNCTIONS),  # started by a handler
        (["python", "/lab/engine/lab_engine/lambda_/guard.py"], EMULATOR, OTHERS),
    ],
)
def test_a_process_is_known_by_its_command_and_its_parent(
    command: list[str], parent: str, kind: str
) -> None:
    assert kind_of(command, parent) == kind


def test_what_the_template_forked_and_has_ended_counts_for_the_functions() -> None:
    assert kind_of_ended(TEMPLATE) == FUNCTIONS
    assert kind_of_ended(EMULATOR) == OTHERS


def test_the_cpu_of_a_child_is_not_the_emulators() -> None:
    work = "n = 0\nwhile n < 3_000_000: n += 1\nprint(flush=True)\ninput()"
    command = [sys.executable, "-c", work]
    with subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as child:
        assert child.stdout is not None
        before = cpu_by_kind(psutil.Process())
        child.stdout.readline()
        after = cpu_by_kind(psutil.Process())
        child.communicate("\n")
    assert after[OTHERS] - before[OTHERS] > after[EMULATOR] - before[EMULATOR]


def test_a_block_of_a_moment_has_its_memory() -> None:
    with watch(psutil.Process().pid) as usage:
        pass
    assert usage.peak_memory_bytes > 1 << 20

"""The plain run accepts a gap's test only when it fails, and with the words its marker gives."""

import subprocess
import sys
from pathlib import Path

import pytest

REPOSITORY = Path(__file__).parents[2]
RUN = """
import sys, pytest
from tests.engine.plain import PlainRun
sys.exit(pytest.main(["-p", "no:cacheprovider", sys.argv[1]], plugins=[PlainRun()]))
"""
TESTS = """
import pytest

@pytest.fixture
def broken():
    assert 1 == 2

def test_that_shows_no_gap():
    assert 1 == 1

@pytest.mark.gap("s3", "one is two", plain="assert 1 == 2")
"""


def plain_run(folder: Path, test: str) -> tuple[int, str]:
    """Exit status and output of a plain run over a test of a gap and one of none."""
    file = folder / "test_gaps.py"
    file.write_text(TESTS + test)
    run = subprocess.run(
        [sys.executable, "-c", RUN, str(file)],
        cwd=REPOSITORY,
        capture_output=True,
        text=True,
        check=False,
    )
    return run.returncode, run.stdout


def test_a_gap_that_shows_is_told_and_other_tests_are_left_out(tmp_path: Path) -> None:
    status, output = plain_run(tmp_path, "def test_gap():\n    assert 1 == 2\n")
    assert status == 0, output
    assert "s3: one is two\n    shown: assert 1 == 2\n" in output
    assert "1 deselected, 1 xfailed" in output


@pytest.mark.parametrize(
    ("test", "told"),
    [
        ("def test_gap():\n    assert 1 == 1\n", "[XPASS(strict)]"),
        ("def test_gap():\n    assert 1 == 3\n", "assert 1 == 3"),
        ("def test_gap():\n    raise ValueError('assert 1 == 2')\n", "ValueError"),
        ("def test_gap(broken):\n    assert 1 == 2\n", "assert 1 == 2"),
        ("def test_gap():\n    pytest.skip('assert 1 == 2')\n", "assert 1 == 2"),
    ],
    ids=["it passes", "other words", "no failure of a test", "a broken fixture", "a skipped test"],
)
def test_a_gap_that_does_not_show_fails_the_run(tmp_path: Path, test: str, told: str) -> None:
    status, output = plain_run(tmp_path, test)
    assert status == 1, output
    line = output.partition("s3: one is two\n")[2].splitlines()[0]
    assert line.startswith("    NOT SHOWN: ")
    assert told in line

"""The plain run accepts a gap's test only when it fails, and with the words its marker gives."""

from collections.abc import Callable

import pytest

from tests.engine import waiting
from tests.engine.plain import PlainRun

pytest_plugins = ["pytester"]

TESTS = """
import pytest

@pytest.fixture
def broken():
    assert 1 == 2

def test_that_shows_no_gap():
    assert 1 == 1

@pytest.mark.gap("s3", "one is two", plain="assert 1 == 2")
"""


PlainRunOf = Callable[[str], tuple[int, str]]


@pytest.fixture
def plain_run(pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch) -> PlainRunOf:
    """Exit status and output of a plain run over a test of a gap and one of none."""
    monkeypatch.setattr(waiting, "patience", waiting.patience)  # a plain run shortens it

    def run(test: str) -> tuple[int, str]:
        pytester.makepyfile(TESTS + test)
        result = pytester.runpytest_inprocess(plugins=[PlainRun()])
        return int(result.ret), str(result.stdout)

    return run


def test_a_gap_that_shows_is_told_and_other_tests_are_left_out(plain_run: PlainRunOf) -> None:
    status, output = plain_run("def test_gap():\n    assert 1 == 2\n")
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
def test_a_gap_that_does_not_show_fails_the_run(
    plain_run: PlainRunOf, test: str, told: str
) -> None:
    status, output = plain_run(test)
    assert status == 1, output
    line = output.partition("s3: one is two\n")[2].splitlines()[0]
    assert line.startswith("    NOT SHOWN: ")
    assert told in line

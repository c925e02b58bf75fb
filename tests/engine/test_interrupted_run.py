"""A test run that is ended from outside stops what it started."""

import os
import signal
import subprocess
import sys
from pathlib import Path

REPOSITORY = Path(__file__).parents[2]
TEST = """
import pytest, time

@pytest.fixture(scope="session")
def lab():
    yield
    time.sleep(0.5)
    print("the lab is stopped")

def test_that_takes_long(lab):
    print("the lab is up", flush=True)
    time.sleep(60)
"""


def test_a_run_that_gets_sigterm_has_the_time_to_stop_its_lab(tmp_path: Path) -> None:
    test = tmp_path / "test_that_takes_long.py"
    test.write_text(TEST, encoding="utf-8")
    run = subprocess.Popen(
        [sys.executable, "-P", "-m", "lab", "test", "-s", "-p", "tests.conftest", str(test)],
        env={**os.environ, "PYTHONPATH": f"{REPOSITORY}:{REPOSITORY / 'init'}"},
        stdout=subprocess.PIPE,
        text=True,
    )
    with run:
        assert run.stdout
        assert any("the lab is up" in line for line in run.stdout)
        run.send_signal(signal.SIGTERM)
        told, _ = run.communicate(timeout=20)
    assert "the lab is stopped" in told
    assert run.returncode == 2  # pytest's word for an interrupted run

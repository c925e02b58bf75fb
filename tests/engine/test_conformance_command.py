"""`scripts/lab conformance` on a suite of this test's own, against two real servers."""

import sys
from pathlib import Path

import psutil
import pytest

from lab.conformance import results, run
from lab.conformance.results import compare, read_results, results_file
from lab.conformance.run import CONFIGURATIONS, Run
from lab.conformance.suite import TESTS, Suite

FAKE_SUITE = """
import json

import boto3
import pytest
import requests

DANGLING = {"StartAt": "A", "States": {"A": {"Type": "Pass", "Next": "Ghost"}}}


def client(service):
    return boto3.client(
        service,
        endpoint_url=f"http://{service}.localhost.localstack.cloud:4566",
        region_name="us-east-1",
        aws_access_key_id="test",
        aws_secret_access_key="test",
    )


def test_the_written_address_leads_to_the_server():
    assert client("sts").get_caller_identity()["Account"] == "000000000000"


def test_only_the_lab_can():
    answer = client("stepfunctions").validate_state_machine_definition(
        definition=json.dumps(DANGLING)
    )
    assert answer["result"] == "FAIL"


def test_only_localstack_alone_answers_a_web_page():
    origin = {"Origin": "http://app.localstack.cloud"}
    answer = requests.get("http://127.0.0.1:4566/_localstack/health", headers=origin, timeout=60)
    assert answer.status_code == 200


def test_nobody_can():
    raise AssertionError("the reason")


@pytest.mark.requires_docker
def test_needs_docker():
    raise AssertionError("this cannot run here")
"""


def test_a_suite_is_run_against_plain_and_lab_and_nothing_is_left_of_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    checkout, home = tmp_path / "checkout", tmp_path / "home"
    tests = checkout / TESTS / "sts" / "test_fake.py"
    tests.parent.mkdir(parents=True)
    tests.write_text(FAKE_SUITE)
    (checkout / "pytest.ini").write_text("[pytest]\nmarkers = requires_docker\n")
    monkeypatch.setattr(run, "HOME", home)
    monkeypatch.setattr(results, "FOLDER", home / "results")
    told: list[str] = []

    for name in ("plain", "iam-off"):
        Run(Suite(checkout), Path(sys.executable), "1").of(
            CONFIGURATIONS[name], [f"{TESTS}/sts"], told.append
        )

    assert told[-1] == "5 tests done, 2 failed"
    plain, lab = (read_results(results_file(name)) for name in ("plain", "iam-off"))
    found = compare(plain, {"iam-off": lab}, {})
    name = "sts/test_fake.py::test_"
    assert found.run == {("sts", "plain"): 4, ("sts", "iam-off"): 4}
    assert found.regressions == {"iam-off": [f"{name}only_localstack_alone_answers_a_web_page"]}
    assert found.gains == {"iam-off": [f"{name}only_the_lab_can"]}
    assert found.failing == [f"{name}nobody_can"]
    assert found.not_run == {"needs Docker": 1}
    assert "the reason" in lab[f"{name}nobody_can"].why
    assert [process.cmdline() for process in psutil.process_iter() if _is_of(process, home)] == []


def _is_of(process: psutil.Process, folder: Path) -> bool:
    try:
        return str(folder) in process.cwd()
    except psutil.Error:
        return False

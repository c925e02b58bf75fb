"""Which tests of LocalStack's suite are meant, and what a comparison of their results says."""

import json
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from pathlib import Path

import pytest

from lab.commands import conformance
from lab.conformance import results as kept
from lab.conformance import suite
from lab.conformance.results import Result, compare, read_otherwise, read_results, results_file
from lab.conformance.run import CONFIGURATIONS, Configuration
from lab.errors import LabError, UsageError


@pytest.fixture
def checkout(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder that looks like the checkout of what is installed."""
    installed = tmp_path / "installed"
    folder = tmp_path / "checkout"
    for place in installed, folder / "localstack-core" / "localstack":
        (place / "aws").mkdir(parents=True)
        (place / "aws" / "app.py").write_text("APP = 1")
    (installed / "version.py").write_text("written when the package was built")
    for test in ("sns/test_sns.py", "lambda_/test_lambda.py"):
        file = folder / suite.TESTS / test
        file.parent.mkdir(parents=True)
        file.write_text("")
    monkeypatch.setattr(suite, "installed_localstack", lambda: installed)
    return folder


def test_a_checkout_of_another_version_is_refused_with_how_to_get_the_right_one(
    checkout: Path,
) -> None:
    suite.open_suite(checkout)
    (checkout / "localstack-core" / "localstack" / "aws" / "app.py").write_text("APP = 2")
    with pytest.raises(UsageError, match=r"aws/app.py differs.*--branch v4\.14\.0"):
        suite.open_suite(checkout)


def test_a_folder_that_is_no_checkout_is_refused(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="no checkout of localstack"):
        suite.open_suite(tmp_path)


@pytest.mark.parametrize(
    ("wanted", "chosen"),
    [
        (["sns"], {"sns": ["tests/aws/services/sns"]}),
        (["lambda"], {"lambda_": ["tests/aws/services/lambda_"]}),
        (
            ["sns/test_sns.py", "sns/test_sns.py::TestSNS::test_x[a::b/c]"],
            {
                "sns": [
                    "tests/aws/services/sns/test_sns.py",
                    "tests/aws/services/sns/test_sns.py::TestSNS::test_x[a::b/c]",
                ]
            },
        ),
    ],
)
def test_services_files_and_single_tests_can_be_meant(
    checkout: Path, wanted: list[str], chosen: dict[str, list[str]]
) -> None:
    assert suite.open_suite(checkout).choose(wanted) == chosen


@pytest.mark.parametrize(
    ("wanted", "message"),
    [("dynamodb", "not a service of the suite"), ("sns/test_nothing.py", "is not there")],
)
def test_what_is_not_in_the_suite_is_refused(checkout: Path, wanted: str, message: str) -> None:
    with pytest.raises(UsageError, match=message):
        suite.open_suite(checkout).choose([wanted])


def line(test: str, run: str, outcome: str) -> str:
    """A line of a file of results."""
    entry = {"test": f"{suite.TESTS}/{test}", "run": run, "outcome": outcome}
    return json.dumps(entry | {"why": outcome, "at": 0})


def test_of_several_runs_the_newest_counts_and_in_it_a_test_that_once_passed(
    tmp_path: Path,
) -> None:
    file = tmp_path / "lab.jsonl"
    lines = [
        line("sns/t.py::late", "1", "failed"),
        line("sns/t.py::late", "1", "passed"),
        line("sns/t.py::late", "1", "failed"),
        line("sns/t.py::broken", "1", "passed"),
        line("sns/t.py::broken", "2", "failed"),
    ]
    file.write_text("\n".join(lines))
    outcomes = {test: result.outcome for test, result in read_results(file).items()}
    assert outcomes == {"sns/t.py::late": "passed", "sns/t.py::broken": "failed"}
    assert read_results(tmp_path / "nothing.jsonl") == {}


def results(outcomes: str, tests: Sequence[str]) -> dict[str, Result]:
    """Results of tests by the first letter of their outcomes; - is a test that never ran."""
    words = {"p": "passed", "f": "failed", "s": "skipped"}
    return {
        test: Result(test, words[letter], "needs Docker", datetime(2026, 11, 26, tzinfo=UTC))
        for test, letter in zip(tests, outcomes, strict=True)
        if letter != "-"
    }


def test_a_comparison_tells_regressions_gains_and_what_has_a_reason() -> None:
    tests = [f"sns/t.py::{n}" for n in range(5)] + ["lambda_/t.py::5", "sns/t.py::6"]
    found = compare(
        results("ppfffsp", tests),
        {"lab": results("pfpffs-", tests), "iam-off": results("pppffsp", tests)},
        {tests[1]: "the lab asks for a policy", tests[0]: "no longer so"},
    )
    assert found.run == {
        ("sns", "plain"): 6,
        ("sns", "lab"): 5,
        ("sns", "iam-off"): 6,
    }
    assert found.compared == {"lab": 5, "iam-off": 6}
    assert found.passed["sns", "plain"] == 3
    assert found.passed["sns", "lab"] == 2
    assert found.passed["sns", "iam-off"] == 4
    assert found.regressions == {"lab": [], "iam-off": []}
    assert found.rightly == {"lab": [tests[1]], "iam-off": []}
    assert found.gains == {"lab": [tests[2]], "iam-off": [tests[2]]}
    assert found.failing == tests[3:5]
    assert found.not_run == {"needs Docker": 1}
    assert found.unused == [tests[0]]


def test_what_ran_under_one_configuration_only_is_counted_there_and_compared_with_nothing() -> None:
    tests = ["sns/t.py::a", "sns/t.py::b"]
    found = compare(results("p-", tests), {"lab": results("-f", tests)}, {tests[0]: "a reason"})
    assert found.run == {("sns", "plain"): 1, ("sns", "lab"): 1}
    assert (found.regressions, found.gains) == ({"lab": []}, {"lab": []})
    assert found.compared == {}
    assert found.unused == []


def test_an_entry_without_parameters_means_the_test_with_any() -> None:
    tests = ["sns/t.py::a[1]", "sns/t.py::a[2]", "sns/t.py::ab[1]"]
    plain, lab = results("ppp", tests), results("fpf", tests)
    found = compare(plain, {"lab": lab}, {"sns/t.py::a": "a reason"})
    assert (found.rightly, found.regressions) == ({"lab": tests[:1]}, {"lab": tests[2:]})
    assert found.unused == []


def test_a_regression_without_a_reason_is_one() -> None:
    tests = ["sns/t.py::a"]
    found = compare(results("p", tests), {"lab": results("f", tests)}, {})
    assert found.regressions == {"lab": tests}


def test_each_test_that_is_rightly_otherwise_has_a_reason() -> None:
    for test, reason in read_otherwise().items():
        assert test.partition("/")[0] in suite.SERVICES, test
        assert "::" in test
        assert len(reason) > 20, test


def test_a_list_without_a_reason_is_refused(tmp_path: Path) -> None:
    file = tmp_path / "otherwise.toml"
    file.write_text('[[otherwise]]\ntests = ["sns/t.py::a"]\n')
    with pytest.raises(LabError, match="has no reason"):
        read_otherwise(file)


class FakeRun:
    """Runs nothing; keeps what it was to run."""

    def __init__(self, cannot: str = "nothing") -> None:
        self.tests: list[tuple[str, list[str]]] = []
        self._cannot = cannot

    def of(
        self, configuration: Configuration, tests: Sequence[str], told: Callable[[str], None]
    ) -> None:
        if self._cannot in tests[0]:
            raise LabError("pytest could not run the tests")
        self.tests.append((configuration.name, list(tests)))
        told("done")


@pytest.fixture
def run_before(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Results of plain and lab that differ in one test of SNS."""
    monkeypatch.setattr(kept, "FOLDER", tmp_path)
    for name, outcome in (("plain", "passed"), ("lab", "failed")):
        lines = [line("sns/t.py::alike", "1", "passed"), line("sns/t.py::differs", "1", outcome)]
        results_file(name).write_text("\n".join(lines))


@pytest.mark.usefixtures("run_before")
def test_again_runs_only_what_went_differently() -> None:
    run = FakeRun()
    chosen = {"sns": [f"{suite.TESTS}/sns"], "sqs": [f"{suite.TESTS}/sqs"]}
    lab = CONFIGURATIONS["lab"]
    assert conformance._run_all(run, chosen, [lab], again=True) == []  # type: ignore[arg-type]
    assert run.tests == [("lab", [f"{suite.TESTS}/sns/t.py::differs"])]


@pytest.mark.usefixtures("run_before")
def test_a_service_that_cannot_be_run_keeps_no_other_from_it() -> None:
    run = FakeRun(cannot="sns")
    chosen = {"sns": [f"{suite.TESTS}/sns"], "sqs": [f"{suite.TESTS}/sqs"]}
    lab = CONFIGURATIONS["lab"]
    failures = conformance._run_all(run, chosen, [lab], again=False)  # type: ignore[arg-type]
    assert failures == ["sns: pytest could not run the tests"]
    assert run.tests == [("lab", [f"{suite.TESTS}/sqs"])]

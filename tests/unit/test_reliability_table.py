"""The table of docs/reliability.md adds up runs."""

from pathlib import Path
from types import SimpleNamespace
from typing import Any

from tests.integration.reliability_table import BEGIN, END, ReliabilityTable, in_words

NODE = "tests/integration/test_faults.py::test_49_a_process_is_lost[csv-validator-before]"
ROW = "a process is lost (csv-validator-before)"


def report(outcome: str, marker: str = "faults") -> Any:
    return SimpleNamespace(
        nodeid=NODE,
        keywords={marker: 1},
        when="call",
        passed=outcome == "passed",
        failed=outcome == "failed",
        skipped=outcome == "skipped",
    )


def run(page: Path, *reports: Any) -> None:
    table = ReliabilityTable(page)
    for each in reports:
        table.pytest_runtest_logreport(each)
    table.pytest_sessionfinish()


def test_a_second_run_is_added_to_the_first_and_the_rest_of_the_page_stays(tmp_path: Path) -> None:
    page = tmp_path / "reliability.md"
    page.write_text(f"before\n{BEGIN}\n{END}\nafter\n", "utf-8")

    run(page, report("passed"), report("passed", marker="slow"), report("skipped"))
    run(page, report("failed"))

    text = page.read_text("utf-8")
    assert f"| {ROW} | 2 | 1 |" in text
    assert text.startswith("before\n")
    assert text.endswith(f"{END}\nafter\n")


def test_a_test_is_named_in_words() -> None:
    assert in_words(NODE) == ROW
    assert in_words("test_a_queue_that_can_t_be_read_has_the_role_s_name") == (
        "a queue that can't be read has the role's name"
    )

"""`scripts/lab --target endpoint` on other implementations of AWS, from `up` to `destroy`."""

from __future__ import annotations

import json
import time
from collections import Counter
from typing import TYPE_CHECKING

import pytest

from tests.implementations.implementations import OTHERS, Implementation
from tests.integration.everything import everything_in
from tests.integration.lab_under_test import LabUnderTest
from tests.integration.sales_files import BAD_SCHEMA, SAMPLE_SALES
from tests.target_commands import commands_of

if TYPE_CHECKING:
    from pathlib import Path

pytestmark = [pytest.mark.implementations, pytest.mark.timeout(900)]

AT = ("--target", "endpoint")
BURSTS = 1, 5, 20, 50
"""Some start a process for each file at once, and take minutes where none runs yet."""
DESTROY_SECONDS = 60


@pytest.mark.parametrize("where", OTHERS, ids=lambda each: each.name)
def test_a_pipeline_comes_up_works_keeps_its_promise_and_goes(
    where: Implementation,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    """Where no function runs, all but the files: verify then finds none."""
    with where.serve(tmp_path) as endpoint:
        run = commands_of(tmp_path, endpoint, {}, monkeypatch, capsys)

        def succeed(*words: str) -> str:
            status, seen, told = run(*words, *AT)
            assert status == 0, seen + told
            return str(seen)

        up = ("up", "--endpoint-url", endpoint, "--profile", "quick")
        succeed(*up)
        planned = json.loads(succeed(*up, "--plan", "--json"))
        changes = [*planned["create"], *planned["update"], *planned["replace"]]
        assert {each["resource"] for each in changes} == set(where.forgets)

        bursts = () if where.no_burst else BURSTS
        for number in bursts:
            files = files_in(tmp_path / f"burst-{number}", number)
            uploads = json.loads(succeed("upload", "--json", *files))
            assert Counter(each["outcome"] for each in uploads) == expected_of(number)
        status, seen, _ = run("verify", "--wait", "60", "--json", *AT)
        report = json.loads(seen)
        assert {each["subject"] for each in report["findings"]} == set(where.uncounted)
        assert status == bool(where.uncounted)
        assert report["uploads"] == report["mails"] == sum(bursts)

        started = time.monotonic()
        assert "Nothing of the pipeline is left" in succeed("destroy", "--yes")
        assert time.monotonic() - started < DESTROY_SECONDS
        assert everything_in(LabUnderTest.at(endpoint)) == []


def files_in(folder: Path, number: int) -> list[str]:
    """A burst; each fifth file has not the columns."""
    folder.mkdir()
    files = [folder / f"{number}-{each}.csv" for each in range(1, number + 1)]
    for each, file in enumerate(files, start=1):
        file.write_bytes(SAMPLE_SALES if each % 5 else BAD_SCHEMA)
    return [str(file) for file in files]


def expected_of(number: int) -> Counter[str]:
    return Counter({"processed": number - number // 5, "failed": number // 5})

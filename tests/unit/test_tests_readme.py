"""The table in tests/README.md names only tests that exist."""

import re
from pathlib import Path

TESTS = Path(__file__).parents[1]
_NAMED = re.compile(r"`(?:(?P<file>[\w/]+\.py))?::(?P<test>test_\w+)`")


def test_every_test_that_the_table_names_exists() -> None:
    missing = []
    for line in (TESTS / "README.md").read_text("utf-8").splitlines():
        path = None
        for named in _NAMED.finditer(line):
            path = named["file"] or path
            assert path, f"no file before {named[0]}"
            file = TESTS.parent / path if "/" in path else TESTS / "integration" / path
            if f"def {named['test']}(" not in file.read_text("utf-8"):
                missing.append(f"{file.name}::{named['test']}")

    assert not missing

"""docs/contracts.md names each setting and each page of the plugin."""

import re
from pathlib import Path

REPOSITORY = Path(__file__).parents[3]
PAGE = (REPOSITORY / "docs" / "contracts.md").read_text("utf-8")
ENGINE = [file.read_text("utf-8") for file in (REPOSITORY / "engine").rglob("*.py")]


def plugin_section() -> str:
    return PAGE.partition("## The engine plugin")[2].partition("\n## ")[0]


def found(pattern: str) -> set[str]:
    return {name for text in ENGINE for name in re.findall(pattern, text)}


def test_each_setting_that_the_plugin_reads_is_named() -> None:
    settings = found(r"environ\.get\(\s*\"((?:LAB|SMTP)_\w+)\"")
    settings |= found(r"^ALLOWED_\w+ = \"(LAB_\w+)\"") | found(r"\n[A-Z_]+ = \"(LAB_\w+)\"")
    assert {"LAB_IAM", "LAB_FIDELITY", "LAB_ALLOWED_HOSTS", "SMTP_HOST"} <= settings
    assert {name for name in settings if f"`{name}`" not in plugin_section()} == set()


def test_each_page_that_the_plugin_serves_is_named_and_no_other() -> None:
    served = found(r"\"(/_lab/[\w/]+)\"")
    assert len(served) > 5
    named = set(re.findall(r"`(/_lab/[\w/]+?)(?:/<id>)?`", plugin_section()))
    assert named == served


def test_each_mode_of_iam_is_named() -> None:
    (row,) = [line for line in plugin_section().splitlines() if line.startswith("| `LAB_IAM`")]
    assert all(f"`{mode}`" in row for mode in ("enforce", "log", "off"))

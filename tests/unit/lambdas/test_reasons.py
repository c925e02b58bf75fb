"""The reason codes: each has its sentence and its place in the documentation."""

from pathlib import Path
from typing import cast

import pytest

from pipeline.reasons import FILE_SENTENCES, ROW_SENTENCES, FileReason, RowReason, file_sentence

DOCS = Path(__file__).parents[3] / "docs"
WITHOUT_A_RULE = {FileReason.SUPERSEDED, FileReason.UPLOAD_MISSING}
"""Reasons about what happened to a file, not about what is in it."""


def test_each_reason_has_a_sentence_and_each_sentence_a_reason() -> None:
    assert set(FILE_SENTENCES) == set(FileReason)
    assert set(ROW_SENTENCES) == set(RowReason)


def test_an_unknown_reason_fails_instead_of_becoming_a_processing_error() -> None:
    with pytest.raises(KeyError, match="no_such_reason"):
        file_sentence(cast("FileReason", "no_such_reason"), {})
    with pytest.raises(ValueError, match="no_such_reason"):
        FileReason("no_such_reason")


@pytest.mark.parametrize("reason", [*FileReason, *RowReason])
def test_the_contracts_list_each_reason(reason: str) -> None:
    assert f"`{reason}`" in (DOCS / "contracts.md").read_text("utf-8")


@pytest.mark.parametrize("page", ["csv-rules.md", "csv-rules.th.md"])
def test_the_csv_rules_name_each_reason_that_a_file_can_give(page: str) -> None:
    text = (DOCS / page).read_text("utf-8")
    reasons = {*FileReason, *RowReason} - WITHOUT_A_RULE
    assert [reason for reason in sorted(reasons) if f"`{reason}`" not in text] == []

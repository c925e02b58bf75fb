"""No text of the course is older than the same in the other language."""

from pathlib import Path

import pytest

from course.translations import Age, ages, older, recorded

FORM = "asks: {{th: {th}, en: {en}}}\nchoices: {{a: {{th: ก, en: a}}}}\n"


def test_no_text_is_older_than_the_other_language() -> None:
    now, then = ages(), recorded()
    assert older(now, then) == {}, "read them again, then: python -m course.translations"
    assert now == then, "new or changed in both languages: python -m course.translations"


@pytest.mark.parametrize(
    ("th", "en", "behind"),
    [
        ("ถาม", "asked", {}),
        ("ถามใหม่", "asked", {"week1/q": "en"}),
        ("ถาม", "asks", {"week1/q": "th"}),
    ],
    ids=["same", "thai", "english"],
)
def test_a_language_that_changed_alone_leaves_the_other_behind(
    th: str, en: str, behind: dict[str, str], tmp_path: Path
) -> None:
    form = tmp_path / "week1" / "q" / "question.yaml"
    form.parent.mkdir(parents=True)
    form.write_text(FORM.format(th="ถาม", en="asked"), encoding="utf-8")
    then = ages(tmp_path)
    form.write_text(FORM.format(th=th, en=en), encoding="utf-8")
    assert older(ages(tmp_path), then) == behind


def test_both_changed_together_is_no_reason_to_read_one_again() -> None:
    assert older({"a": Age("1", "2")}, {"a": Age("3", "4")}) == {}


def test_a_texts_file_counts_as_well_as_its_form(tmp_path: Path) -> None:
    folder = tmp_path / "week1" / "step1_a"
    folder.mkdir(parents=True)
    (folder / "step.yaml").write_text("title: {th: ก, en: a}", encoding="utf-8")
    (folder / "text.th.md").write_text("ก", encoding="utf-8")
    then = ages(tmp_path)
    (folder / "text.th.md").write_text("ข", encoding="utf-8")
    assert older(ages(tmp_path), then) == {"week1/step1_a": "en"}

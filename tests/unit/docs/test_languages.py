"""A page has one language: English in `name.md`, Thai in `name.th.md`, and both say the same."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

REPOSITORY = Path(__file__).parents[3]
DOCS = REPOSITORY / "docs"
PAGES = sorted(
    [
        *REPOSITORY.glob("*.md"),
        *DOCS.rglob("*.md"),
        REPOSITORY / "tests" / "README.md",
        REPOSITORY / "course" / "README.md",
    ]
)
THAI_PAGES = [page for page in PAGES if page.name.endswith(".th.md")]
ENGLISH_PAGES = [page for page in PAGES if page not in THAI_PAGES]
THAI = re.compile(r"[\u0e00-\u0e7f]")
_BLOCK = re.compile(r"^```(?s:.*?)^```$|^(?: {4}.*\n)+", re.MULTILINE)
_SPAN = re.compile(r"`[^`]*`")
_HEADING = re.compile(r"^(#+) (.*)$", re.MULTILINE)
_NUMBER = re.compile(r"\d[\d,.]*\d|\d")


def path_of(page: Path) -> str:
    return page.relative_to(REPOSITORY).as_posix()


def english_of(page: Path) -> Path:
    return page.with_name(page.name.removesuffix(".th.md") + ".md")


each_english_page = pytest.mark.parametrize("page", ENGLISH_PAGES, ids=path_of)
each_thai_page = pytest.mark.parametrize("page", THAI_PAGES, ids=path_of)
each_pair = each_thai_page


def prose_of(page: Path) -> str:
    """The page without its code, which quotes names and output as they are."""
    return _SPAN.sub("", _BLOCK.sub("", page.read_text("utf-8")))


def headings_of(page: Path) -> list[tuple[int, str]]:
    text = _BLOCK.sub("", page.read_text("utf-8"))
    return [(len(marks), words) for marks, words in _HEADING.findall(text)]


def commands_of(page: Path) -> list[str]:
    """The lines of the page's code, without comments and diagrams, and without output."""
    blocks = [match[0] for match in _BLOCK.finditer(page.read_text("utf-8"))]
    lines = [
        re.sub(r"(^|\s)#\s.*", "", line).strip()
        for block in blocks
        if not block.startswith(("```mermaid", "```text"))
        for line in block.splitlines()
    ]
    return [line for line in lines if line]


def rows_of(page: Path) -> list[str]:
    text = page.read_text("utf-8")
    return [line for line in text.splitlines() if line.startswith("|")]


def paragraphs_of(page: Path) -> Iterator[str]:
    """The paragraphs of running text: no tables, headings or marks of HTML."""
    for paragraph in re.split(r"\n\s*\n|\n(?=[-*] )", prose_of(page)):
        lines = [line for line in paragraph.splitlines() if not re.match(r"\s*[|#<]", line)]
        if text := " ".join(lines).strip():
            yield text


@each_english_page
def test_an_english_page_has_no_thai_outside_its_code(page: Path) -> None:
    prose = prose_of(page).replace("[ภาษาไทย]", "")
    assert [line for line in prose.splitlines() if THAI.search(line)] == []


@each_thai_page
def test_the_headings_of_a_thai_page_are_thai_or_names(page: Path) -> None:
    english = english_of(page)
    names = {words for _, words in headings_of(english)} if english.is_file() else set()
    foreign = [words for _, words in headings_of(page) if not THAI.search(words)]
    assert set(foreign) <= names


@each_thai_page
def test_each_paragraph_of_a_thai_page_is_thai(page: Path) -> None:
    foreign = [
        text
        for text in paragraphs_of(page)
        if not THAI.search(text) and re.search("[a-z]{3}", text)
    ]
    assert foreign == []


def test_every_page_of_docs_is_in_the_index() -> None:
    index = (DOCS / "README.md").read_text("utf-8")
    linked = {(DOCS / target).resolve() for target in re.findall(r"\]\(([^)#]+\.md)", index)}
    expected = set(DOCS.rglob("*.md")) - {DOCS / "README.md"}
    assert sorted(map(path_of, expected - linked)) == []
    assert [link for link in linked if not link.is_file()] == []


@each_pair
def test_a_thai_page_and_its_english_page_name_each_other(page: Path) -> None:
    english = english_of(page)
    assert f"ภาษาไทย · [English]({english.name})" in page.read_text("utf-8")
    assert f"[ภาษาไทย]({page.name}) · English" in english.read_text("utf-8")


@each_pair
def test_both_pages_of_a_pair_have_the_same_sections(page: Path) -> None:
    levels = [level for level, _ in headings_of(page)]
    assert levels == [level for level, _ in headings_of(english_of(page))]


@each_pair
def test_both_pages_of_a_pair_give_the_same_commands(page: Path) -> None:
    assert commands_of(page) == commands_of(english_of(page))


@each_pair
def test_the_tables_of_a_pair_have_the_same_rows_with_the_same_numbers(page: Path) -> None:
    thai, english = rows_of(page), rows_of(english_of(page))
    assert len(thai) == len(english)
    for mine, theirs in zip(thai, english, strict=True):
        assert mine.count("|") == theirs.count("|"), mine
        assert set(_SPAN.findall(mine)) == set(_SPAN.findall(theirs)), mine
        assert sorted(_NUMBER.findall(_SPAN.sub("", mine))) == sorted(
            _NUMBER.findall(_SPAN.sub("", theirs))
        ), mine

"""The page about the course says what the course says."""

import pytest

from course.language import LANGUAGES, Language
from course.overview import file_of, page


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_page_in_docs_is_the_one_that_the_course_makes(language: Language) -> None:
    assert file_of(language).read_text(encoding="utf-8") == page(language), (
        "python -m course.overview"
    )

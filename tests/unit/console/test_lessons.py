"""Steps of the course beside the pages of the console."""

from console.lessons import page_of
from course.library import open_library


def test_each_step_of_the_weeks_has_a_page_of_the_console_and_a_chapter_may_have_none() -> None:
    library = open_library()
    assert [step.id for step in library.steps if page_of(step) is None] == []
    assert "sqs" in {page_of(step) for step in library.steps}
    for chapter in library.chapters:
        assert page_of(chapter) in (None, "sqs", "lambda")

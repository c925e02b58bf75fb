"""The course's own files: complete, in both languages, and about what exists."""

import ast
import inspect
import re
from pathlib import Path

import pytest

from course import words
from course.language import LANGUAGES, Language, Text, names_in
from course.library import Library, UnknownStepError, open_library
from course.sandbox import Sandbox, known_names
from course.session import Session
from course.step import Step, read_step

STEPS = open_library().everything
IDS = [step.id for step in STEPS]
KNOWN_NAMES = set(known_names(Sandbox("http://127.0.0.1:4566")))
_THAI = re.compile(r"[ก-๛]")
_FACT = re.compile(r"\\\{[a-z_]+\\\}")
_CODE = re.compile(r"^```.*?^```", re.MULTILINE | re.DOTALL)


def texts_of(step: Step) -> list[Text]:
    return [
        step.title,
        *step.hints,
        *(check.title for check in step.checks),
        *(mistake.says for _, mistake in step.mistakes),
    ]


def test_there_are_steps_at_all() -> None:
    assert "week1/1-buckets" in IDS


@pytest.mark.parametrize("step", STEPS, ids=IDS)
def test_a_step_has_all_its_files(step: Step) -> None:
    wanted = {"step.yaml", "solve.py", *(f"text.{language}.md" for language in LANGUAGES)}
    assert wanted <= {file.name for file in step.folder.iterdir()}


@pytest.mark.parametrize("step", STEPS, ids=IDS)
def test_each_mistake_has_its_maker_and_its_transcripts_and_nothing_is_left_over(
    step: Step,
) -> None:
    names = {mistake.id.replace("-", "_") for _, mistake in step.mistakes}
    wanted = {f"{name}{end}" for name in names for end in (".py", ".th.txt", ".en.txt")}
    found = {file.name for file in (step.folder / "mistakes").iterdir() if file.is_file()}
    assert found - {"__init__.py"} == wanted


@pytest.mark.parametrize("step", STEPS, ids=IDS)
@pytest.mark.parametrize("language", LANGUAGES)
def test_each_transcript_has_the_words_of_its_check_and_its_mistake(
    step: Step, language: Language
) -> None:
    """The runs that write them take an hour; that their words are those of today is seen here."""
    for check, mistake in step.mistakes:
        name = f"{mistake.id.replace('-', '_')}.{language}.txt"
        kept = (step.folder / "mistakes" / name).read_text(encoding="utf-8").splitlines()
        why = f"{words.WHY.in_language(language)}: "
        [told] = [line.strip() for line in kept if line.strip().startswith(why)]
        said = (f"✗ {check.title.in_language(language)}", why + mistake.says.in_language(language))
        for line, words_now in zip((kept[0], told), said, strict=True):
            assert re.fullmatch(_FACT.sub(".*", re.escape(" ".join(words_now.split()))), line), name


@pytest.mark.parametrize("step", STEPS, ids=IDS)
def test_a_step_can_be_solved_and_its_mistakes_be_made(step: Step) -> None:
    assert list(inspect.signature(step.solve).parameters) == ["sandbox", "changes"]
    for _, mistake in step.mistakes:
        assert list(inspect.signature(step.maker(mistake)).parameters) == ["sandbox"]


@pytest.mark.parametrize("step", STEPS, ids=IDS)
@pytest.mark.parametrize("language", LANGUAGES)
def test_a_text_says_what_to_do_how_and_why_and_speaks_of_names_that_are_known(
    step: Step, language: Language
) -> None:
    text = step.text(language)
    short = f"{step.week}.{step.id.partition('/')[2].partition('-')[0]}"
    assert text.startswith(f"# {short} ")
    assert "```sh" in text
    assert "```python" in text
    assert text.rstrip().endswith(f"`scripts/lab course check {short}`")
    assert names_in(_CODE.sub("", text)) <= KNOWN_NAMES


@pytest.mark.parametrize("step", STEPS, ids=IDS)
def test_the_two_texts_of_a_step_have_the_same_code(step: Step) -> None:
    """But for comments: what is typed is the same in any language."""
    blocks = [
        [re.sub(r"\s*#.*", "", block) for block in _CODE.findall(step.text(language))]
        for language in LANGUAGES
    ]
    assert blocks[0] == blocks[1]


@pytest.mark.parametrize("step", STEPS, ids=IDS)
def test_thai_is_thai_and_english_is_not(step: Step) -> None:
    for text in texts_of(step):
        assert _THAI.search(text.th) or text.th == text.en, text
        assert not _THAI.search(text.en), text


def test_the_command_lines_own_words_are_in_both_languages() -> None:
    said = {name: each for name, each in vars(words).items() if isinstance(each, Text)}
    assert said
    for name, text in said.items():
        assert _THAI.search(text.th), name
        assert not _THAI.search(text.en), name
        assert names_in(text.th) == names_in(text.en), name


@pytest.mark.parametrize("step", STEPS, ids=IDS)
def test_both_languages_of_a_text_speak_of_the_same_names(step: Step) -> None:
    for text in texts_of(step):
        assert names_in(text.th) == names_in(text.en), text


@pytest.mark.parametrize(
    "name", ["week1/3-function", "1.3", "3-function", "function"], ids=lambda name: name
)
def test_a_student_may_name_a_step_in_short(name: str) -> None:
    assert open_library().named(name).id == "week1/3-function"


def test_a_name_that_no_step_has_is_answered_with_those_it_may_mean() -> None:
    with pytest.raises(UnknownStepError, match="week1/1-buckets"):
        open_library().named("bukkets")


def test_what_a_step_needs_includes_what_that_needs() -> None:
    library = open_library()
    before = [step.id for step in library.before(library.named("1.4"))]
    assert before == ["week1/1-buckets", "week1/2-role", "week1/3-function"]


@pytest.mark.parametrize(
    ("step", "goes_on_from", "file"),
    [
        ("2.4", "1.3", "csv_validator/lambda_function.py"),
        ("3.4", "2.5", "csv_processor/lambda_function.py"),
        ("4.4", "3.3", "workflow/ProcessCSVWorkflow.asl.json"),
    ],
)
def test_who_begins_at_a_later_week_finds_what_the_step_goes_on_from(
    step: str, goes_on_from: str, file: str, tmp_path: Path
) -> None:
    """`course start 3` solves the weeks before; `my/` has nothing of them without a starter."""
    session = Session(Sandbox("http://127.0.0.1:4566"), tmp_path / "progress.json", tmp_path / "my")
    library = session.library
    assert session.place_starter(library.named(step)) == [tmp_path / "my" / file]
    assert (tmp_path / "my" / file).read_bytes() == (
        library.named(goes_on_from).folder / "solution" / file
    ).read_bytes()


def test_the_course_knows_neither_the_command_line_nor_the_engine() -> None:
    """It reaches them by AWS APIs; of the provisioner it takes the plain helpers."""
    root = Path(inspect.getfile(Library)).parent
    imported = {
        name.partition(".")[0]
        for file in root.rglob("*.py")
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8")))
        for name in _modules(node)
    }
    assert imported.isdisjoint({"lab", "lab_engine", "localstack", "tests", "pipeline"})


def _modules(node: ast.AST) -> list[str]:
    if isinstance(node, ast.Import):
        return [alias.name for alias in node.names]
    return [node.module or ""] if isinstance(node, ast.ImportFrom) else []


FORM = """
id: week1/1-thing
title: {th: ชื่อ, en: Name}
points: 1
hints: [{th: ก, en: a}, {th: ข, en: b}, {th: ค, en: c}]
checks:
  - id: one
    title: {th: ข้อ, en: Check}
    probe: bucket_exists
    with: {bucket: a}
"""


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("probe: bucket_exists", "probe: bukket_exists", "no probe is called 'bukket_exists'"),
        ("with: {bucket: a}", "with: {bukket: a}", "bukket"),
        ("id: week1/1-thing", "id: week1/2-thing", "the folder says 'week1/1-thing'"),
        ("title: {th: ข้อ, en: Check}", "title: {th: ข้อ}", "en"),
        (", {th: ค, en: c}", "", "hints"),
        ("points: 1", "points: 1\ncolour: red", "colour"),
        ("with: {bucket: a}", "with: {bucket: a}\n    needs: [two]", "which stand not before it"),
    ],
    ids=["probe", "argument", "id", "language", "hint", "field", "order"],
)
def test_a_form_that_is_wrong_is_refused_with_its_file_and_reason(
    old: str, new: str, said: str, tmp_path: Path
) -> None:
    folder = tmp_path / "week1" / "step1_thing"
    folder.mkdir(parents=True)
    assert old in FORM
    (folder / "step.yaml").write_text(FORM.replace(old, new), encoding="utf-8")
    with pytest.raises(ValueError, match=re.escape(said)) as refused:
        read_step(folder)
    assert "step.yaml" in str(refused.value)

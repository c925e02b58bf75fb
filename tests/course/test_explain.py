"""`scripts/lab explain` in a half-built pipeline: it names what is wrong, and what mends it."""

import json
import os
import subprocess
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta

import pytest

from course.library import open_library
from course.resources import wipe
from course.sales import sales_file
from course.sandbox import Sandbox
from course.traps import find_mistake
from lab.errors import LabError
from lab.paths import REPOSITORY
from lab.running import LabRecord, RunningLab
from lab.story.story import Moment, Sign, Story
from lab.story.telling import tell
from provision.changes import Changes
from provision.waiting import wait_until

pytestmark = [pytest.mark.course, pytest.mark.timeout(300)]

WHOLE_SECOND = timedelta(seconds=2)
"""S3 tells when an object was written to the second."""

THAI_KEY = "uploads/ยอดขาย มกราคม.csv"


@pytest.fixture(scope="module")
def sandbox(account: Callable[[str], Sandbox]) -> Iterator[Sandbox]:
    """An account with week 1 in it."""
    found = account("explain")
    solve_up_to(found, "1.4")
    yield found
    wipe(found)


@pytest.fixture(scope="module")
def lab(sandbox: Sandbox) -> RunningLab:
    host, _, port = sandbox.endpoint.removeprefix("http://").partition(":")
    return RunningLab(LabRecord(int(port), profile="quick", host=host), sandbox.account)


def solve_up_to(sandbox: Sandbox, name: str) -> None:
    library = open_library()
    last = library.named(name)
    for step in (*library.before(last), last):
        step.solve(sandbox, Changes())


def spoil(sandbox: Sandbox, step: str, mistake: str) -> None:
    found, _, made = find_mistake(step, mistake)
    found.maker(made)(sandbox)


def put(sandbox: Sandbox, key: str) -> None:
    body = sales_file(sandbox.seed(key), 3).body
    sandbox.client("s3").put_object(Bucket=sandbox.raw_bucket, Key=key, Body=body)


def story_with(lab: RunningLab, key: str, look: Callable[[Moment], bool]) -> Story:
    """The story of a file, as soon as it has such a moment."""

    def told() -> Story | None:
        story = tell(lab, key)
        return story if any(look(moment) for moment in story.in_time()) else None

    return wait_until(
        f"such a moment of {key}", told, within=40, seen=lambda: tell(lab, key).in_time()
    )


def has_clue_of_the_function(moment: Moment) -> bool:
    return moment.place == "csv-validator" and moment.clue is not None


def test_what_nobody_has_put_is_told_in_one_line(lab: RunningLab) -> None:
    with pytest.raises(LabError, match=r"Nothing is known of 'moon\.csv'"):
        tell(lab, "moon.csv")


def test_a_file_that_went_well_ends_where_the_pipeline_ends_so_far(
    sandbox: Sandbox, lab: RunningLab
) -> None:
    put(sandbox, "uploads/good.csv")
    story = story_with(lab, "good.csv", lambda each: each.place == "csv-validator")
    assert not story.broken
    assert [each.place for each in story.in_time()] == [
        "S3",
        "csv-validator",
        "pipeline-main-queue",
    ]
    assert "so far the pipeline ends here" in story.in_time()[-1].text


def test_a_key_that_was_not_decoded_is_named_as_the_reason_with_the_line_that_mends_it(
    sandbox: Sandbox, lab: RunningLab
) -> None:
    spoil(sandbox, "week1/3-function", "key-not-decoded")
    put(sandbox, THAI_KEY)
    story = story_with(lab, THAI_KEY, has_clue_of_the_function)
    [clue] = {each.clue for each in story.in_time() if each.clue}
    assert "csv-validator may not read it: the key in the event is encoded" in clue.why
    assert "unquote_plus" in clue.mend
    assert "logs csv-validator" in story.tries
    open_library().named("1.3").solve(sandbox, Changes())


def test_a_statement_that_is_missing_is_written_out(sandbox: Sandbox, lab: RunningLab) -> None:
    iam = sandbox.client("iam")
    arn = f"arn:aws:iam::{sandbox.account}:policy/pipeline-lambda-policy"
    reading = {"Effect": "Allow", "Action": "logs:*", "Resource": "*"}
    document = json.dumps({"Version": "2012-10-17", "Statement": [reading]})
    iam.create_policy_version(PolicyArn=arn, PolicyDocument=document, SetAsDefault=True)
    put(sandbox, "uploads/unread.csv")
    story = story_with(lab, "unread.csv", has_clue_of_the_function)
    clue = next(each.clue for each in story.in_time() if each.clue)
    assert "may not s3:GetObject" in clue.why
    assert json.loads(clue.mend)["Resource"] == f"arn:aws:s3:::{sandbox.raw_bucket}/uploads/*"
    open_library().named("1.2").solve(sandbox, Changes())


def test_a_suffix_on_the_trigger_is_named_as_what_hides_a_text_file(
    sandbox: Sandbox, lab: RunningLab
) -> None:
    spoil(sandbox, "week1/4-trigger", "trigger-with-suffix")
    put(sandbox, "uploads/test.txt")
    [moment] = [each for each in tell(lab, "test.txt").in_time() if each.sign is Sign.BAD]
    assert moment.clue is not None
    assert "its suffix is .csv" in moment.clue.why
    open_library().named("1.4").solve(sandbox, Changes())


def test_a_file_outside_of_uploads_is_told_to_have_started_nothing(
    sandbox: Sandbox, lab: RunningLab
) -> None:
    put(sandbox, "elsewhere.csv")
    clue = next(each.clue for each in tell(lab, "elsewhere.csv").in_time() if each.clue)
    assert "under uploads/" in clue.why
    assert f"s3://{sandbox.raw_bucket}/uploads/elsewhere.csv" in clue.mend
    sandbox.client("s3").delete_object(Bucket=sandbox.raw_bucket, Key="elsewhere.csv")


@pytest.mark.parametrize("language", ["en", "th"])
def test_the_command_tells_the_newest_file_in_the_language_asked_for(
    sandbox: Sandbox, lab: RunningLab, language: str
) -> None:
    before = tell(lab, None).in_time()[0].at
    assert before is not None
    wait_until("a later second", lambda: datetime.now(UTC) > before + WHOLE_SECOND, within=10)
    put(sandbox, f"uploads/newest-{language}.csv")
    story_with(lab, f"newest-{language}.csv", lambda each: each.place == "csv-validator")
    ran = subprocess.run(
        [str(REPOSITORY / "scripts" / "lab"), "explain", "--account", sandbox.account],
        env={
            **os.environ,
            "LOCALSTACK_PORT": str(lab.record.port),
            "LAB_LANG": language,
        },
        capture_output=True,
        text=True,
        check=False,
    )
    assert ran.returncode == 0, ran.stderr
    assert f"uploads/newest-{language}.csv" in ran.stdout
    assert ("did its work" in ran.stdout) == (language == "en")
    assert f"scripts/lab inbox --port {lab.record.port} --account {sandbox.account}" in ran.stdout

"""A submission graded again: built in an empty account from what it says, every step checked."""

from collections.abc import Callable
from dataclasses import replace

from course import words
from course.grading import Grade, Student, grade_account
from course.rebuilding import rebuild
from course.step import Step
from course.submission import Submission


def grade_submission(
    submission: Submission,
    endpoint: str,
    course_key: str,
    tell: Callable[[str], None] = lambda _: None,
    begin: Callable[[Step, int, int], None] = lambda _step, _done, _of: None,
) -> Grade:
    """Grade what somebody handed in.

    Its code runs as the functions of that lab and nowhere else.

    Args:
        submission: What was handed in.
        endpoint: Of an empty lab, for this submission alone.
        course_key: The teacher's: the data of the checks is made from it, so an answer that was
            written into the code is wrong here.
        tell: Told what is being built.
        begin: Told of each step before it is checked, how many were before it, and of how many.
    """
    sandbox = submission.sandbox(endpoint, course_key)
    refused = rebuild(sandbox, submission.cloud, tell)
    student = Student(submission.student, submission.account, email=submission.email)
    grade = grade_account(sandbox, student, submission.progress, begin=begin)
    notes = [words.NOT_BUILT_AGAIN.filled({"what": each}) for each in refused]
    notes += [words.NOT_HANDED_IN.filled({"file": each}) for each in submission.left_out]
    return replace(grade, submitted_at=submission.made_at, notes=(*grade.notes, *notes))

"""Upload the sample before there is a trigger."""

from course.evidence import log_group
from course.resources import Resource, remove
from course.sandbox import Sandbox
from course.week1.step6_upload.solve import FUNCTION, TEXT_KEY, upload_and_wait


def make(sandbox: Sandbox) -> None:
    """Forget what the log knows of the sample, which stays where it is."""
    remove(sandbox, Resource("log group", log_group(FUNCTION)))
    upload_and_wait(sandbox, TEXT_KEY, b"This is no table.\n")

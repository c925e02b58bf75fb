"""Take the call that failed for the action that was refused."""

from course.sandbox import Sandbox
from course.week1.step7_by_hand.solve import FUNCTION, TAG


def make(sandbox: Sandbox) -> None:
    """Answer s3:GetObject."""
    arn = sandbox.arn("lambda", f"function:{FUNCTION}")
    sandbox.client("lambda").tag_resource(Resource=arn, Tags={TAG: "s3:GetObject"})

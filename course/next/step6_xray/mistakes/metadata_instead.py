"""Put the job's id into metadata, which is not searched."""

from course.next.step6_xray.solve import CODE
from course.sandbox import Sandbox
from course.solving import change_code


def make(sandbox: Sandbox) -> None:
    """Tell the trace its job where no filter looks."""
    changed = {'"annotations": annotations,': '"metadata": {"default": annotations},'}
    change_code(sandbox, CODE, changed)

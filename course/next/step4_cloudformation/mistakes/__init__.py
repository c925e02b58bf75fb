"""Ways in which the stack goes wrong: its template with a passage changed."""

from course.next.step4_cloudformation.solve import TEMPLATE


def changed_template(old: str, new: str) -> str:
    """Return the template with a passage replaced.

    Raises:
        ValueError: The passage is not there, or more than once.
    """
    text = TEMPLATE.read_text(encoding="utf-8")
    if text.count(old) != 1:
        message = f"{TEMPLATE}: {old!r} stands there {text.count(old)} times"
        raise ValueError(message)
    return text.replace(old, new)


def without(resource: str) -> str:
    """Return the template without a resource."""
    blocks = TEMPLATE.read_text(encoding="utf-8").split("\n\n")
    return "\n\n".join(block for block in blocks if f"  {resource}:\n" not in f"{block}\n")

"""Text from anywhere, shown as it is: no part of it is ever markup."""

from nicegui import ui


def heading(text: str) -> ui.label:
    """Draw the title of a page or of a part of it."""
    return ui.label(text).classes("heading")


def note(text: str) -> ui.label:
    """Draw a sentence that explains."""
    return ui.label(text).classes("note")


def preformatted(text: str, *, kind: str = "") -> ui.label:
    """Draw code, JSON or log lines with their line ends.

    Args:
        text: What to show.
        kind: A further class, such as `command`.
    """
    return ui.label(text).classes(f"preformatted {kind}")


def state(text: str, tone: str) -> ui.label:
    """Draw a state as a coloured word.

    Args:
        text: The state, as AWS names it.
        tone: `good`, `busy`, `bad`, `warned` or `idle`.
    """
    return ui.label(text).classes(f"state state-{tone}")


def facts(pairs: dict[str, str]) -> None:
    """Draw names and values, as the summary of a resource."""
    with ui.element("dl").classes("facts"):
        for name, value in pairs.items():
            with ui.element("div"):
                with ui.element("dt"):
                    ui.label(name)
                with ui.element("dd"):
                    ui.label(value)


def error_bar(text: str) -> ui.label:
    """Draw what went wrong."""
    return ui.label(text).classes("error-bar").props("role=alert")

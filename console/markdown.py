"""Markdown from anywhere as HTML that holds nothing but text, tables and links."""

import markdown2  # type: ignore[import-untyped] # it has no types


def as_html(markdown: str) -> str:
    """Return Markdown as HTML, where HTML in it is text, and images are links to them.

    A picture would be a request to wherever its author likes. Its titles stand below the page's.
    """
    html: str = markdown2.markdown(
        markdown.replace("![", "["),
        safe_mode="escape",
        extras={"tables": None, "fenced-code-blocks": None, "demote-headers": 2},
    )
    return html

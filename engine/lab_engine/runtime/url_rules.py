"""Compile what builds addresses from routes when an address is built, which is never.

werkzeug compiles two functions for each route, one to three milliseconds, and LocalStack's router
makes all its routes anew whenever some are added: more than 600 of them at a start.
"""

from collections.abc import Callable
from typing import Any

Builder = Callable[..., tuple[str, str]]


def compile_later(compile_builder: Callable[..., Builder], rule: Any, with_rest: bool) -> Builder:
    """Return a function that compiles the builder of a rule and becomes it.

    Args:
        compile_builder: Compiles it.
        rule: The rule.
        with_rest: Whether values that the rule does not name go into the query.
    """

    def build(_rule: object, *args: Any, **values: Any) -> tuple[str, str]:
        builder = compile_builder(rule, with_rest).__get__(rule, None)
        setattr(rule, "_build_unknown" if with_rest else "_build", builder)
        built: tuple[str, str] = builder(*args, **values)
        return built

    return build

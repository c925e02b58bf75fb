"""Let the garbage collector look at less, and not as often: it stops every thread while it does."""

import gc
from collections.abc import Callable

_NEW_OBJECTS = 20_000
"""How many before a look at the new ones; 2,000 is Python's, made in a third of a file's work."""


def rest() -> None:
    """Look for no garbage while LocalStack starts: it would look at all that is being imported."""
    gc.disable()


def set_aside_what_stands(on_ready: Callable[..., None], runtime: object) -> None:
    """Take what the start has made out of the collector's sight, once LocalStack is ready.

    That is 600,000 objects: modules and descriptions of services, needed until the end. A look at
    them took up to a second.
    """
    on_ready(runtime)
    gc.freeze()
    gc.enable()
    gc.set_threshold(_NEW_OBJECTS, *gc.get_threshold()[1:])

"""Who tells why a file got no further, where somebody does.

The console is a client of AWS and says what AWS says. Whoever starts it may name a function that
knows more of the pipeline; the lab names its own, the one behind `scripts/lab explain`.
"""

from __future__ import annotations

import importlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from datetime import datetime

    from console.language import Language

Sign = Literal["good", "bad", "plain"]


@dataclass(frozen=True)
class Told:
    """One thing that happened to a file, or that did not.

    Args:
        place: Where: `S3`, a function's name, a queue's, a state's.
        text: What, as half a line.
        at: When; None for what did not happen.
        sign: How it went.
        why: Why it went wrong.
        mend: What is right: a statement, a line of code, a command.
    """

    place: str
    text: str
    at: datetime | None = None
    sign: Sign = "plain"
    why: str = ""
    mend: str = ""


type Fields = tuple[str, str, datetime | None, Sign, str, str]
type Teller = Callable[[str, str, str, Language], Sequence[Fields]]
"""Takes endpoint, account, key and language; gives the fields of `Told`, in their order."""


def load_teller(named: str | None) -> Teller | None:
    """Return the function that was named when the console was started.

    Args:
        named: As `module:function`; None for no such function.

    Raises:
        ImportError: There is no such module.
        AttributeError: There is no such function in it.
    """
    if named is None:
        return None
    module, _, function = named.partition(":")
    teller: Teller = getattr(importlib.import_module(module), function)
    return teller

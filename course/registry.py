"""Functions that step.yaml calls by name: the probes and the causes, with their arguments known."""

import inspect
from collections.abc import Callable, Mapping
from typing import Any


class UnknownNameError(ValueError):
    """A step names something that does not exist, or gives it arguments it does not take."""


class Registry[F: Callable[..., Any]]:
    """Functions by name; each takes a case first and its arguments by keyword.

    Args:
        kind: What its functions are, for messages.
    """

    def __init__(self, kind: str) -> None:
        self._kind = kind
        self._functions: dict[str, F] = {}

    def __call__(self, function: F) -> F:
        """Register a function under its own name; use as a decorator."""
        name = function.__name__
        if name in self._functions:
            message = f"two {self._kind}s are called {name}"
            raise UnknownNameError(message)
        self._functions[name] = function
        return function

    def __getitem__(self, name: str) -> F:
        """Return the function of this name.

        Raises:
            UnknownNameError: There is none.
        """
        if name not in self._functions:
            message = f"no {self._kind} is called {name!r}; there are: {', '.join(sorted(self))}"
            raise UnknownNameError(message)
        return self._functions[name]

    def __iter__(self) -> Any:
        """Return the names."""
        return iter(self._functions)

    def refuse_wrong_arguments(self, name: str, arguments: Mapping[str, object]) -> None:
        """See that a function takes these arguments, and needs no others.

        Raises:
            UnknownNameError: It does not; the message says which.
        """
        try:
            inspect.signature(self[name]).bind(None, **arguments)
        except TypeError as error:
            message = f"{self._kind} {name}: {error}"
            raise UnknownNameError(message) from error
